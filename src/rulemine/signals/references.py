"""References that lead nowhere: articles, attachments, rules and departments that are not there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from rulemine.parse.rules import provision_name
from rulemine.resolving import find_article
from rulemine.schema import Citation, Evidence, Provision, Rule
from rulemine.signals.context import Context, Passage, make_evidence, other_side, passage, title_passage, trim
from rulemine.signals.guards import inside_any, is_history, title_spans
from rulemine.text import normalise_document_number, parse_number, squeeze

# ---------------------------------------------------------------- R10, R11: rules and articles

_ITEM = re.compile(
    r"第\s*([^条\s]{1,9})\s*条(?:第[^款]{1,3}款)?第?\s*[（(]\s*(?P<item>[一二三四五六七八九十]+)\s*[）)]\s*项"
)


def find_missing_rules_cited(context: Context) -> Iterator[Evidence]:
    """R10: an internal rule that is cited and is not in the library.

    Anti-pattern: “按照《…工作指引》办理” where no such rule is kept. Best practice: add it, or cite what is there.
    Only for rules that bear the compilation's own numbers, or are called the institution's own.
    """
    own, names = _own_number_prefixes(context), _own_names(context)
    for rule in context.rules:
        for citation in rule.citations:
            if (
                citation.target
                or not citation.title
                or citation.kind not in ("internal", "external")
                or context.index.find(citation.title)
            ):
                continue
            prefix = _number_prefix(citation.document_number)
            owned = bool(_OWN.match(citation.text)) or citation.title[:NAME] in names
            if not (prefix in own or (owned and citation.kind == "internal")) or context.facts.find_laws(
                citation.title
            ):
                continue
            found = _cited(context, rule, citation)
            if not _told_as_past(context, rule, citation):
                yield make_evidence(
                    "R10",
                    "broken_reference",
                    "amend",
                    found,
                    f"汇编中没有所引的《{citation.title}》",
                    confidence=0.8 if prefix in own else 0.65,
                    suggestion="补充收录该制度，或改引现行制度",
                )


_OWN = re.compile(r"(?:本行|我行|我司|总行|[本我]?公司|本司|集团|本集团|本社)")
NAME = 4
"""Characters by which an institution's name in front of titles is known."""


def _own_names(context: Context) -> set[str]:
    """How the titles of the compilation begin when they begin with the institution: the same in two of them at least."""
    counts = Counter(rule.title[:NAME] for rule in context.rules)
    return {name for name, n in counts.items() if n >= 2 and not name.startswith(("关于", "中华人民"))}


def _own_number_prefixes(context: Context) -> set[str]:
    counts = Counter(_number_prefix(rule.document_number) for rule in context.rules)
    return {prefix for prefix, n in counts.items() if prefix and n >= 2}


def _number_prefix(number: str | None) -> str:
    return normalise_document_number(number).partition("〔")[0] if number else ""


def find_missing_articles(context: Context) -> Iterator[Evidence]:
    """R11: an article, or an item of it, that the cited rule of the library, or this rule, does not have.

    Anti-pattern: “依照本办法第四十条” in a rule of thirty articles. Best practice: the number that is meant.
    """
    for rule in context.rules:
        for citation in rule.citations:
            if citation.kind == "relative" or not citation.articles:
                continue
            cited = rule if citation.kind == "self" else _cited_rule(context, citation)
            if (
                cited is None
                or not cited.articles
                or (citation.kind == "self" and _may_mean_another(rule, citation))
                or (citation.kind != "self" and _told_as_past(context, rule, citation))
            ):
                continue
            if problem := _missing_part(cited, citation):
                where = "本制度" if cited is rule else f"《{cited.title}》"
                yield make_evidence(
                    "R11",
                    "broken_reference",
                    "amend",
                    _cited(context, rule, citation),
                    f"{where}没有{problem}",
                    confidence=0.95,
                    other=None if cited is rule else other_side(title_passage(cited), "全文"),
                    suggestion="核对后改正条号",
                )


def _may_mean_another(rule: Rule, citation: Citation) -> bool:
    """Whether a bare 第七十六条 stands in a provision that cites another text before it: it may be meant."""
    return citation.text.startswith(("第", "笫")) and any(
        other.title and other.path == citation.path and other.start < citation.start for other in rule.citations
    )


def _cited_rule(context: Context, citation: Citation) -> Rule | None:
    if not citation.target:
        return None
    found = context.index.find(citation.title, citation.document_number)
    return found[0] if found and found[0].id == citation.target.rule_id else None


def _missing_part(cited: Rule, citation: Citation) -> str | None:
    if missing := [label for label in citation.articles if find_article(cited, label) is None]:
        return f"{'、'.join(missing)}（共{len(cited.articles)}条）"
    if item := _ITEM.search(squeeze(citation.text)):
        article = find_article(cited, citation.articles[0])
        items = [
            p.label
            for p in cited.provisions
            if article and p.level == "subparagraph" and article.start <= p.start < article.end
        ]
        label = f"（{item['item']}）"
        if items and label not in items:
            return f"{citation.articles[0]}第{label}项（共{len(set(items))}项）"
    return None


def _cited(context: Context, rule: Rule, citation: Citation) -> Passage:
    return passage(rule, context.provision_at(rule, citation.start), citation.start, citation.end)


def _told_as_past(context: Context, rule: Rule, citation: Citation) -> bool:
    sentence = context.sentence_at(rule, citation.start)
    return is_history(sentence.text, citation.start - sentence.start, citation.end - sentence.start)


# ---------------------------------------------------------------- R12, R13: attachments and numbers

_ATTACHMENT = re.compile(
    r"附\s*(?:件|表)\s*(?P<n>[一二三四五六七八九十\d]{0,3})(?![一二三四五六七八九十\d：:]|的?(?:格式|要求)由)"
)


_OF_ANOTHER = re.compile(
    r"(?:》|合同|协议|投标文件|招标文件|章程|(?:合同|协议|文件)的|》的|》[（(][^（）()]*[）)])\s*$"
)
"""What stands before 附件2 when it belongs to somebody else: 合同附件2, 《…指引》附件1."""


def find_missing_attachments(context: Context) -> Iterator[Evidence]:
    """R12: an attachment that the text refers to and that is not there.

    Anti-pattern: “按照附件2打分” where only 附件1 follows. Best practice: attach it, or drop the reference.
    """
    for rule in context.rules:
        have = {p.number[0] for p in rule.provisions if p.level == "attachment"}
        if any(re.search(r"(?m)^\s*附[：: ]", p.text) for p in rule.provisions):
            have.add(0)
        told: set[int] = set()
        for sentence in context.sentences(rule):
            if (
                "附" not in sentence.text
                or sentence.provision.path.startswith(("附件", "标题"))
                or re.match(r"\s*附\s*件\s*\d*\s*[:：]", sentence.text)
            ):
                continue
            for found in _ATTACHMENT.finditer(sentence.text):
                number = parse_number(found["n"]) if found["n"] else 0
                if number in have | told or (not number and have) or (number == 1 and 0 in have):
                    continue
                if _OF_ANOTHER.search(sentence.text[: found.start()]):
                    continue
                if not number and not re.search(r"见$|详见$|按照?$|依照$|按$|如$|（$", sentence.text[: found.start()]):
                    continue
                if inside_any(found.start(), found.end(), list(title_spans(sentence.text))):
                    continue
                told.add(number)
                yield make_evidence(
                    "R12",
                    "broken_reference",
                    "amend",
                    trim(sentence),
                    f"正文所指的{squeeze(found.group())}没有附上",
                    confidence=0.85,
                    suggestion="补上附件，或删去该提法",
                )


def find_numbering_faults(context: Context) -> Iterator[Evidence]:
    """R13: skipped or repeated articles and chapters.

    Anti-pattern: 第八条 after 第六条. Best practice: renumber when the rule is next issued, and check what cites it.
    """
    for rule in context.rules:
        for level, name in (("article", "条"), ("chapter", "章")):
            for provision, told in _misnumbered(rule, level, name):
                first = provision.text.partition("\n")[0][:40]
                yield make_evidence(
                    "R13",
                    "numbering",
                    "amend",
                    passage(rule, provision, provision.start, provision.start + len(first)),
                    told,
                    confidence=0.9,
                    suggestion=f"重新编排{name}号，并核对引用该{name}的地方",
                )


def _misnumbered(rule: Rule, level: str, name: str) -> Iterator[tuple[Provision, str]]:
    """Provisions whose number does not follow from the one before; chapters may begin anew in each part."""
    last: tuple[int, ...] = (0,)
    for provision in rule.provisions:
        if provision.level == "part" and level == "chapter":
            last = (0,) if _begins_anew(rule, provision) else last
        if provision.level != level or "附件" in provision.path:
            continue
        if len(provision.number) == 1 and provision.number[0] > last[0] + 1:
            yield provision, f"{name}号由第{last[0]}{name}跳至{provision.label}"
        elif provision.number == last:
            yield provision, f"{provision.label}重复"
        last = provision.number


def _begins_anew(rule: Rule, part: Provision) -> bool:
    chapters = (p for p in rule.provisions if p.level == "chapter" and part.start <= p.start < part.end)
    return next((p.number == (1,) for p in chapters), False)


# ---------------------------------------------------------------- R20: promised rules

_PROMISE = re.compile(
    r"(?P<what>(?:实施)?(?:细则|办法|规定|规则|标准|方案|指引|目录|流程|规程|清单))[^。；，]{0,14}?(?:由[^。；，]{2,24})?另行(?:制定|规定|印发|下发|发布|明确|公布)|另行(?:制定|印发|发布)(?P<after>[^。；，]{2,30}?(?:细则|办法|规定|规则|标准|方案|指引|目录|规程))"
)
_DETAILS = re.compile(r"细则|规程|办法|指引|标准|流程|方案")
_PERMITTED = re.compile(
    r"国务院|国家|人民银行|监管(?:部门|机构|局)|总局|财政部|监督管理|可以?(?:根据|参照|结合|按照|另行|自行)?|自行|视情况|必要时|需要时|子公司|各(?:分行|支行|分公司|子公司|单位)(?:可|应|根据|结合)"
)


def find_promised_rules(context: Context) -> Iterator[Evidence]:
    """R20: “…细则由…另行制定”, and no such rule is there.

    Anti-pattern: a promise of years ago that nobody kept. Best practice: enact it, or say who decides meanwhile.
    Silent where others may, but need not, make their own.
    """
    for rule in context.rules:
        for sentence in context.sentences(rule):
            found = _PROMISE.search(sentence.text) if "另行" in sentence.text else None
            if (
                not found
                or _PERMITTED.search(sentence.text[: found.end()])
                or _is_kept(context, rule, sentence.text, found)
            ):
                continue
            yield make_evidence(
                "R20",
                "missing_rule",
                "enact",
                trim(sentence),
                "承诺另行制定的制度，汇编中没有",
                confidence=0.75,
                suggestion="尽快制定，或在修订时写明暂按何种规定执行",
            )


def _is_kept(context: Context, rule: Rule, sentence: str, found: re.Match[str]) -> bool:
    """Whether a rule of the library looks like the promised one."""
    promised = squeeze(sentence[: found.start()] + (found["what"] or "") if found["what"] else found["after"])[-24:]
    promised = re.sub(r"^(?:第[^条]{1,6}条|.*(?:有关|关于|的具体|，))", "", promised)
    own = re.sub(r"（.*?）$", "", rule.title)[-10:]
    for other in context.rules:
        if other is rule:
            continue
        based = any(c.target and c.target.rule_id == rule.id for c in other.citations[:3])
        if (
            (based and _DETAILS.search(other.title))
            or (own[:-2] and own[:-2] in other.title and re.search("细则|规程|指引|标准", other.title))
            or fuzz.partial_ratio(promised, other.title) >= 80
        ):
            return True
    return False


# ---------------------------------------------------------------- R30: departments

_DEPARTMENT = r"(?!将|原|把)[\u4e00-\u9fa5]{2,12}?(?:部|室|处|中心|办公室|委员会|局|科(?![技目研])|馆|(?<!公)司|组)(?![罚理置门员长])"
_RENAMED = re.compile(
    rf"(?:^|[，。；、）:：\s]|将|原)(?P<old>{_DEPARTMENT})(?:更名为|改名为|改称为?|变更为|改设为|调整为)(?P<new>{_DEPARTMENT})"
)
_MERGED = re.compile(
    rf"(?:^|[，。；、）:：\s]|将)(?P<old>{_DEPARTMENT})(?:与|和|、)(?P<other>{_DEPARTMENT})(?:合并|整合)[，]?(?:组建|设立|成立|为|组成|，)*(?P<new>{_DEPARTMENT})"
)
_SPLIT = re.compile(
    rf"(?:^|[，。；、）:：\s]|将)(?P<old>{_DEPARTMENT})分设为?(?P<new>{_DEPARTMENT}(?:[和与、及]{_DEPARTMENT})*)"
)
_ABOLISHED = re.compile(
    rf"(?:撤销|取消|不再保留|不再设立)(?P<old>{_DEPARTMENT})(?=[，,。；;、和及与]|$|的(?:设置|建制))(?:[，,][^。；]{{0,12}}?职[责能][^。；]{{0,8}}?(?:由|划入|并入|归入)(?P<new>{_DEPARTMENT}))?"
)


_REORGANISES = re.compile(r"更名|改名|改称|变更为|改设|调整为|合并|整合|分设|撤销|取消|不再保留|不再设立")
"""Words without which none of these is said: most sentences need no closer look."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """A clause of the library by which a department lost its name."""

    old: str
    new: str | None
    clause: Passage
    on: date | None


def find_former_departments(context: Context) -> Iterator[Evidence]:
    """R30: an owner or interpreter that another rule has abolished or renamed.

    Anti-pattern: “由市场营销部负责解释” after the department became 销售管理部. Best practice: the present name.
    Silent where the name is part of a longer one (法律合规部), after 原, and in the clause that renames.
    """
    renamings = list(find_renamings(context))
    for rule in context.rules:
        if rule.validity == "not_yet_effective":
            continue
        for sentence in context.sentences(rule):
            quoted: list[tuple[int, int]] | None = None
            for renaming in renamings:
                if rule.version_id == renaming.clause.rule.version_id or renaming.old not in sentence.text:
                    continue
                quoted = list(title_spans(sentence.text)) if quoted is None else quoted
                if found := _used_department(sentence.text, renaming, renamings, quoted):
                    yield _department_evidence(context, sentence, *found, renaming)
                    break


def find_renamings(context: Context) -> Iterator[Renaming]:
    """Every clause that renames, merges, splits or abolishes a department, in force on the day judged from."""
    for rule in context.rules:
        if rule.validity in ("not_yet_effective", "repealed"):
            continue
        for sentence in context.sentences(rule):
            if not _REORGANISES.search(sentence.text):
                continue
            for pattern in (_RENAMED, _MERGED, _SPLIT, _ABOLISHED):
                for found in pattern.finditer(sentence.text):
                    groups = found.groupdict()
                    for old in filter(None, (groups["old"], groups.get("other"))):
                        if old != groups.get("new"):
                            yield Renaming(old.removeprefix("原"), groups.get("new"), trim(sentence), rule.effective_on)


def _used_department(
    text: str, renaming: Renaming, renamings: list[Renaming], quoted: list[tuple[int, int]]
) -> tuple[int, int] | None:
    present = {r.new for r in renamings if r.new}
    for found in re.finditer(re.escape(renaming.old), text):
        start, end = found.span()
        longer = any(
            name != renaming.old
            and renaming.old in name
            and text.find(name, max(0, start - len(name)), end + len(name)) not in (-1,)
            and text.find(name, max(0, start - len(name)), end + len(name)) <= start
            for name in present
        )
        part = re.match(r"门|长|办公会|委|会(?!同)", text[end:]) or (
            start and re.match(r"[\u4e00-\u9fa5]", text[start - 1]) and _glued(text, start)
        )
        if not longer and not part and not inside_any(start, end, quoted) and not is_history(text, start, end):
            return start, end
    return None


def _glued(text: str, start: int) -> bool:
    """Whether the character before makes the name part of a longer one: 法律|合规部, but not 由|合规部."""
    return not re.search(
        r"(?:由|经|向|报|送|交|与|和|及|、|或|至|对|是|为|会同|通知|提请|总部|总行|集团|公司|本行|分行|省行|接受|配合|协助|商|将|在|请|各|后|时|并|，)$",
        text[:start],
    )


def _department_evidence(context: Context, sentence: Passage, start: int, end: int, renaming: Renaming) -> Evidence:
    rule = sentence.rule
    found = passage(
        rule, context.provision_at(rule, sentence.start + start), sentence.start + start, sentence.start + end
    )
    now = f"，现为{renaming.new}" if renaming.new else ""
    where = f"《{renaming.clause.rule.title}》{provision_name(renaming.clause.provision.path)}"
    return make_evidence(
        "R30",
        "former_department",
        "amend",
        found,
        f"“{renaming.old}”已由{where}调整{now}",
        confidence=0.9,
        other=other_side(renaming.clause),
        successor=renaming.new,
        suggestion=f"改为“{renaming.new}”" if renaming.new else "改为现行部门",
    )
