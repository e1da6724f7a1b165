"""Names that have gone, terms and deadlines that are over, rules that another has replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import ahocorasick_rs

from rulemine.facts import FormerName, reference
from rulemine.parse.rules import provision_name
from rulemine.parse.statements import states_term
from rulemine.resolving import repealed_rules
from rulemine.schema import Action, Evidence, Rule
from rulemine.signals.context import (
    Context,
    Passage,
    is_title_page,
    make_evidence,
    other_side,
    passage,
    title_passage,
    trim,
)
from rulemine.signals.guards import inside_any, is_history, title_spans
from rulemine.text import end_of_term, find_dates, parse_number

# ---------------------------------------------------------------- V20: names


def find_former_names(context: Context) -> Iterator[Evidence]:
    """V20: an institution, tax, licence or rate that has gone.

    Anti-pattern: “报当地银监局备案”. Best practice: the present name, or a function (“监管部门”).
    Silent inside titles and document numbers, after 原, and where the sentence tells of the change itself.
    """
    names = context.facts.names
    if not names:
        return
    automaton = ahocorasick_rs.AhoCorasick(
        [name.former for name in names], matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
    )
    for rule in context.rules:
        for sentence in context.sentences(rule):
            quoted: list[tuple[int, int]] | None = None
            for which, start, end in automaton.find_matches_as_indexes(sentence.text):
                quoted = list(title_spans(sentence.text)) if quoted is None else quoted
                # All names are looked for, also those still in use that day: 银保监会 holds the older 保监会.
                gone = names[which].until <= context.as_of
                if gone and not inside_any(start, end, quoted) and _is_used(sentence, start, end, names[which]):
                    yield _name_evidence(context, sentence, start, end, names[which])


def _is_used(sentence: Passage, start: int, end: int, name: FormerName) -> bool:
    text = sentence.text
    if name.guard and any(found.start() <= start and found.end() >= end for found in re.finditer(name.guard, text)):
        return False
    if (
        is_title_page(sentence)
        or _addresses(_line_of(sentence))
        or (name.former.endswith("部") and text[end : end + 1] == "门")
    ):
        return False
    defining = re.search(r"(?:以下)?(?:统|合)?简称", text[max(0, start - 8) : start])
    return not defining and not _NO_LONGER.search(text[:start]) and not is_history(text, start, end)


_DISTRIBUTED = re.compile(
    r"(?:抄|主|分|内部发|[令告]\s*发)\s*送\s*[：:]|^(?=.{8,})[^。，]{0,24}(?:各|总行|总部|分行|直接监管)[^。]*[：:]\s*$|(?:联合)?转发(?:至|给)?(?:辖|各)|主题词"
)
_HEAD = re.compile(
    r"关于|公告|令\s*[〔\[（(]|[\u4e00-\u9fa5]{3,}[\s\u3000]+[\u4e00-\u9fa5]{3,}|[12]\d{3}\s*年|[二一][〇○零O]"
)
_SIGNED = re.compile(r"[\u4e00-\u9fa5\s\u3000（）]{2,60}")


def _addresses(line: str) -> bool:
    """Whether a line says who issued a notice, to whom it went, or who signed it: names that were right that day."""
    head = not re.search(r"[，。；]", line) and len(line) <= 120 and _HEAD.search(line)
    return bool(head or _DISTRIBUTED.search(line) or _SIGNED.fullmatch(line))


def _line_of(sentence: Passage) -> str:
    """The whole line in which a sentence stands."""
    text, at = sentence.provision.text, sentence.start - sentence.provision.start
    end = text.find("\n", at)
    return text[text.rfind("\n", 0, max(at, 0)) + 1 : end if end >= 0 else len(text)].strip()


_NO_LONGER = re.compile(r"(?:不再|无[需须]|不必|取消)[^。；，]{0,12}$")


def _name_evidence(context: Context, sentence: Passage, start: int, end: int, name: FormerName) -> Evidence:
    found = passage(
        sentence.rule,
        context.provision_at(sentence.rule, sentence.start + start),
        sentence.start + start,
        sentence.start + end,
    )
    return make_evidence(
        "V20",
        "former_name",
        "amend",
        found,
        f"“{name.former}”已不再使用（{name.until}起），现为{name.current}",
        confidence=name.confidence,
        fact=reference(name),
        successor=name.current,
        suggestion=f"改为“{name.current}”",
    )


# ---------------------------------------------------------------- V30, V31: time

_GENERAL_TERM = re.compile(
    r"[“\"]?(?:试行|暂行)[”\"]?[^。]{0,60}?(?:有效期|期限|试行期|施行之日起)[^。；]{0,16}?(?:不超过|最长|为|不得超过|满|超过)(?P<n>[一二两三四五\d]{1,2})年"
)
_DUTY = re.compile(r"(?:应当?|须|必须|务必|要|需|力争|确保|限)[^，。；]{0,24}$")
_DONE_BY = re.compile(r"^\s*(?:底|末)?\s*(?:之前|以前|前|止|内)")
_MAY_BE_DUE = re.compile(r"[年月日底末][^。；]{0,4}[前止内]|[迟晚]于")
_PAST_FACT = re.compile(
    r"^\s*(?:底|末)?\s*(?:之前|以前|前)(?:已|的|(?:形成|承保|签订|订立|设立|成立|购|发生|取得|入职|立项|开立)[^，。；]{0,8}的|(?:制定|印发|下发|发布)的)"
)
_NO_LATER = re.compile(r"不(?:得|应)?[迟晚]于\s*$")
_TASK = re.compile(
    r"完成|建立|制定|上线|对接|实现|整改|清理|移交|报送|达到|出台|修订|换发|补签|补办|停止|停用|取消|到位|接入|签署|核销|迁移|切换|备案|上报|上交|收回|交回|封存|补齐|注销|销毁|达标|配备|公布|提交"
)


def find_expired(context: Context) -> Iterator[Evidence]:
    """V30: 试行 or 暂行 beyond its term, or a stated validity that is over.

    Anti-pattern: “试行两年” in a rule of 2022 still in the compilation. Best practice: extend, make it definitive, or repeal.
    The term is the rule's own, else the one that a rule on rules in the same compilation sets for all of them.
    """
    general = _general_term(context)
    for rule in context.rules:
        if rule.expires_on and rule.expires_on < context.as_of:
            found = _term_passage(context, rule)
            action: Action = "amend" if rule.trial else "repeal"
            yield make_evidence(
                "V30",
                "expired",
                action,
                found,
                f"有效期已于{rule.expires_on}届满",
                confidence=0.95,
                suggestion="评估后转为正式制度、延长期限或者废止",
            )
        elif general and rule.trial and not rule.expires_on and (rule.effective_on or rule.dated_on):
            yield from _beyond_general(context, rule, *general)


def _term_passage(context: Context, rule: Rule) -> Passage:
    """Where the rule states its term; the title if it is nowhere in so many words."""
    stated = [sentence for sentence in context.sentences(rule) if states_term(sentence.text)]
    return trim(stated[-1]) if stated else title_passage(rule)


def _general_term(context: Context) -> tuple[Passage, int] | None:
    for rule in context.rules:
        for article in rule.articles:
            if found := _GENERAL_TERM.search(article.text):
                return trim(context.sentence_at(rule, article.start + found.start("n"))), parse_number(found["n"])
    return None


def _beyond_general(context: Context, rule: Rule, basis: Passage, years: int) -> Iterator[Evidence]:
    begun = rule.effective_on or rule.dated_on
    if begun is None or basis.rule is rule:
        return
    if end_of_term(begun, years=years) < context.as_of:
        yield make_evidence(
            "V30",
            "expired",
            "amend",
            title_passage(rule),
            f"{begun}起试行（暂行），已超过《{basis.rule.title}》{provision_name(basis.provision.path)}规定的{years}年期限",
            confidence=0.9,
            other=other_side(basis),
            suggestion="评估后转为正式制度、修订或者废止",
        )


def find_past_deadlines(context: Context) -> Iterator[Evidence]:
    """V31: a date that the rule sets for a task, long gone.

    Anti-pattern: “各分行应于2021年6月30日前完成系统对接”. Best practice: drop the transitional clause at the next revision.
    Silent on dates that are mere facts (“2018年以前形成的档案”) and on dates that come every year.
    """
    for rule in context.rules:
        for sentence in context.sentences(rule):
            if not _MAY_BE_DUE.search(sentence.text) or is_title_page(sentence):
                continue
            for found in find_dates(sentence.text):
                behind, ahead = sentence.text[found.end :], sentence.text[: found.start]
                due = _DONE_BY.match(behind) or _NO_LATER.search(ahead)
                if found.last >= context.as_of or not due or _PAST_FACT.match(behind):
                    continue
                if (_DUTY.search(ahead) or re.search(r"应当?|须|必须", behind[:20])) and _TASK.search(behind):
                    yield make_evidence(
                        "V31",
                        "past_deadline",
                        "amend",
                        trim(sentence),
                        f"规定的完成时限（{found.last}）已过",
                        confidence=0.85,
                        suggestion="任务已完成的删去该过渡条款，未完成的重新规定期限",
                    )
                    break


# ---------------------------------------------------------------- V40: superseded


def find_superseded(context: Context) -> Iterator[Evidence]:
    """V40: another rule of the compilation repeals it, or a newer version stands beside it.

    Anti-pattern: a rule kept in the compilation though “《…》同时废止” stands in its successor. Best practice: take it out.
    """
    told: set[str] = set()
    for repeal in context.repeals:
        if (repeal.rule.effective_on or date.min) > context.as_of:
            continue
        for rule in repealed_rules(repeal, context.index):
            if rule.version_id in told:
                continue
            told.add(rule.version_id)
            clause = passage(
                repeal.rule, context.provision_at(repeal.rule, repeal.citation.start), repeal.start, repeal.end
            )
            yield make_evidence(
                "V40",
                "superseded",
                "repeal",
                title_passage(rule),
                f"已被《{repeal.rule.title}》{clause_name(clause)}明文废止",
                confidence=0.98,
                other=other_side(trim(clause)),
                successor=repeal.rule.title,
                suggestion="移出汇编，并在立改废台账中登记",
            )
    yield from _older_versions(context, told)


def clause_name(clause: Passage) -> str:
    """The name of the provision in which a passage stands."""
    return provision_name(clause.provision.path)


def _older_versions(context: Context, told: set[str]) -> Iterator[Evidence]:
    for rule in context.rules:
        versions = [
            other
            for other in context.index.find(rule.title)
            if other.id == rule.id and other.version_id != rule.version_id
        ]
        newer = next((v for v in versions if (v.dated_on or date.min) > (rule.dated_on or date.min)), None)
        if newer and rule.version_id not in told and (newer.effective_on or date.min) <= context.as_of:
            yield make_evidence(
                "V40",
                "superseded",
                "repeal",
                title_passage(rule),
                f"汇编中另有{newer.dated_on}的新版本",
                confidence=0.9,
                other=other_side(title_passage(newer)),
                successor=newer.title,
                suggestion="以新版本为准，移出旧版本",
            )
