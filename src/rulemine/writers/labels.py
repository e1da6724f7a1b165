"""The words that an analyst reads, Chinese and English, each written once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rulemine.schema import Candidate, Evidence, Finding
from rulemine.writers.contents import Lang, Review

Pair = tuple[str, str]

ACTIONS: dict[str, Pair] = {"enact": ("立", "enact"), "amend": ("改", "amend"), "repeal": ("废", "repeal")}
PRIORITIES: dict[str, Pair] = {"high": ("高", "high"), "medium": ("中", "medium"), "low": ("低", "low")}
STATUSES: dict[str, Pair] = {
    "rectified": ("已整改", "rectified"),
    "in_progress": ("整改中", "in progress"),
    "open": ("未整改", "open"),
    "": ("未载明", "not stated"),
}
VERDICTS: dict[str, Pair] = {"accept": ("采纳", "accept"), "reject": ("不采纳", "reject"), "defer": ("待定", "defer")}
REVIEW_REASONS: dict[str, Pair] = {
    "low_confidence": ("把握不足", "low confidence"),
    "empty": ("内容过短", "empty"),
    "error": ("处理出错", "error"),
}
CATEGORIES: dict[str, Pair] = {
    "daily_office": ("日常办公", "Daily office"),
    "personnel": ("人员管理", "Personnel"),
    "governance": ("公司治理", "Governance"),
    "finance": ("财务管理", "Finance"),
    "sales": ("销售策略", "Sales"),
    "other": ("其他", "Other"),
    "": ("未分类", "Not classified"),
}
OTHER_KINDS: dict[str, Pair] = {
    "credit": ("信贷", "credit"),
    "anti_money_laundering": ("反洗钱", "anti-money-laundering"),
    "claims": ("理赔", "claims"),
    "reporting": ("监管统计", "reporting"),
    "it_operations": ("信息科技", "IT operations"),
    "investment": ("投资", "investment"),
    "credit_report": ("征信", "credit reports"),
    "treasury": ("资金交易", "treasury"),
    "custody": ("托管", "custody"),
    "underwriting": ("核保", "underwriting"),
    "actuarial": ("精算", "actuarial"),
    "policy_service": ("保全", "policy service"),
    "collection": ("催收", "collection"),
    "foreign_exchange": ("外汇", "foreign exchange"),
    "merchant": ("商户", "merchants"),
    "trade_monitoring": ("交易监测", "trade monitoring"),
    "litigation": ("诉讼", "litigation"),
    "research": ("研究", "research"),
    "audit_practice": ("审计执业", "audit practice"),
    "engineering_safety": ("工程安全", "engineering safety"),
    "engineering_quality": ("工程质量", "engineering quality"),
    "medical_quality": ("医疗质量", "medical quality"),
    "teaching_quality": ("教学质量", "teaching quality"),
    "production": ("生产", "production"),
    "environment": ("环保", "environment"),
}
# A kind of one signal bears the name that the table of signals gives it; a kind of several bears a general one.
KINDS: dict[str, Pair] = {
    "repealed_basis": ("依据已废止", "Basis repealed"),
    "newer_basis": ("依据已修订", "Basis amended since"),
    "moved_article": ("条号已变动", "Cited article moved"),
    "former_name": ("旧称谓", "Former name"),
    "expired": ("超过有效期", "Term over"),
    "past_deadline": ("时限已过", "Deadline passed"),
    "superseded": ("已被取代", "Superseded"),
    "overdue_review": ("逾期未评估", "Review overdue"),
    "broken_reference": ("所引内容缺失", "Reference not found"),
    "numbering": ("条号跳号或重复", "Numbering"),
    "missing_rule": ("缺少制度", "Rule missing"),
    "former_department": ("旧部门名称", "Former department"),
    "duplicate": ("内容重复", "Duplicate"),
    "restated_law": ("照录上位法", "Restates the law"),
    "conflict": ("规定不一致", "Conflict"),
    "practice": ("检查反映的问题", "Practice"),
    "missing_basis": ("缺少制定依据", "No basis"),
    "missing_scope": ("缺少适用范围", "No scope"),
    "missing_owner": ("缺少牵头部门", "No owner"),
    "missing_interpreter": ("缺少解释部门", "No interpreter"),
    "missing_effective_date": ("缺少施行日期", "No effective date"),
    "missing_repeal_clause": ("缺少废止条款", "No repeal clause"),
    "undefined_term": ("术语未定义", "Undefined term"),
    "unused_term": ("定义未使用", "Unused term"),
    "unknown_department": ("部门查无", "Unknown department"),
    "missing_attachment": ("附件查无", "Attachment not found"),
    "ownerless_duty": ("职责无主体", "Duty without owner"),
    "baseless_penalty": ("处罚无依据", "Penalty without basis"),
}
HEADINGS: dict[str, Pair] = {
    # sheets and chapters
    "title": ("规章制度立改废建议", "Candidates for enacting, amending and repealing rules"),
    "overview": ("概览", "Overview"),
    "candidates": ("候选制度", "Candidates"),
    "evidence": ("证据", "Evidence"),
    "findings": ("检查问题", "Findings"),
    "figures": ("统计", "Figures"),
    "about": ("说明", "About this run"),
    # columns
    "number": ("序号", "No."),
    "candidate_number": ("候选序号", "Candidate"),
    "rule": ("制度名称", "Rule"),
    "document_number": ("文号", "Document no."),
    "action": ("建议", "Action"),
    "priority": ("优先级", "Priority"),
    "score": ("得分", "Score"),
    "evidence_count": ("证据数", "Evidence"),
    "main_reason": ("主要理由", "Main reasons"),
    "source": ("来源文件", "Source file"),
    "provision": ("条款", "Provision"),
    "signal": ("检查项", "Signal"),
    "message": ("问题说明", "What was seen"),
    "quote": ("原文摘录", "Quote"),
    "other": ("对照条款", "Other side"),
    "fact": ("事实依据", "Fact"),
    "suggestion": ("修改建议", "Suggestion"),
    "confidence": ("置信度", "Confidence"),
    "page": ("页码", "Page"),
    "evidence_id": ("证据编号", "Evidence id"),
    "new": ("新增", "New"),
    "verdict": ("处理意见", "Decision"),
    "reason": ("理由", "Reason"),
    "by": ("处理人", "Decided by"),
    "on": ("日期", "Date"),
    "due_on": ("完成期限", "Due on"),
    "report": ("报告", "Report"),
    "text": ("问题原文", "Finding"),
    "category": ("类别", "Category"),
    "needs_review": ("复核", "Review"),
    "secondary": ("次要类别", "Secondary"),
    "amount": ("金额（元）", "Amount (yuan)"),
    "counts": ("数量", "Counts"),
    "institutions": ("机构数", "Institutions"),
    "status": ("整改状态", "Status"),
    "responsible_unit": ("责任部门", "Responsible unit"),
    "rectify_by": ("整改期限", "Rectify by"),
    "cited_rules": ("引用制度", "Rules cited"),
    "recurrence": ("屡查屡犯", "Recurrence"),
    "finding_id": ("问题编号", "Finding id"),
    # figures
    "total": ("合计", "Total"),
    "kind": ("检查项种类", "Kind of signal"),
    "to_review": ("其中待人工复核", "To be checked"),
    "amount_unknown": ("金额不详（个）", "Amount not stated or masked"),
    "unit_not_stated": ("未载明", "Not stated"),
    "by_action": ("候选制度：建议与优先级", "Candidates by action and priority"),
    "by_kind": ("证据：按检查项种类", "Evidence by kind"),
    "category_status": ("检查问题：类别与整改状态", "Findings by category and status"),
    "by_unit": ("检查问题：按责任部门", "Findings by responsible unit"),
    "by_report": ("检查问题：按报告", "Findings by report"),
    # the run
    "version": ("程序版本", "Version"),
    "as_of": ("判断基准日", "Judged as of"),
    "facts_on": ("事实数据截至", "Facts as of"),
    "covers": ("事实数据覆盖范围", "What the facts cover"),
    "model": ("分类模型", "Model"),
    "vectors": ("向量", "Vectors"),
    "options": ("运行选项", "Options"),
    "inputs": ("读入文件数", "Files read"),
    "rules_read": ("读出制度数", "Rules read"),
    "skipped": ("未能读取的文件", "Files that could not be read"),
    "skipped_count": ("未能读取文件数", "Files not read"),
    "why": ("原因", "Why"),
    "remedy": ("处理办法", "What to do"),
    "file": ("文件", "File"),
    "item": ("项目", "Item"),
    "content": ("内容", "Content"),
    # words within sentences
    "mark_review": ("待人工复核", "to be checked"),
    "mark_new": ("新增", "new"),
    "yes": ("是", "yes"),
    "cut": ("……（此处略去{}字）……", "… ({} characters left out) …"),
    "none": ("无", "none"),
    "not_stated": ("未载明", "not stated"),
    "gap": ("（尚无此制度）", "(no such rule yet)"),
    "page_of": ("第{}页", "page {}"),
    "successor": ("现行：{}", "Now: {}"),
    "related": ("相关问题{}个", "{} findings"),
    "numbered": ("检查问题序号{}", "nos. {}"),
    "this_side": ("本条款", "This provision"),
    "other_side": ("对照条款", "The other side"),
    "disclaimer": (
        "本材料由程序根据原文和事实数据生成，仅供参考；每条证据均附原文，是否立、改、废由人工判断决定。",
        "Made by a program from the texts and dated facts; each candidate shows its exact words. A person decides.",
    ),
    "succession": ("制度沿革", "Succession"),
    "succession_note": (
        "左边的制度由右边的取代：依据是废止条款，或者汇编里同一制度的新版本。",
        "The rule on the left was replaced by the one on the right: by a clause that repeals it, or a newer version.",
    ),
    "how_repealed": ("明文废止", "repealed by clause"),
    "how_newer_version": ("新版本", "newer version"),
    "not_kept": ("汇编未收", "not in the compilation"),
    "no_candidates": ("未发现候选制度。", "No candidates."),
    "no_findings": ("未读入检查问题。", "No findings were read."),
    "pager": ("第 {} 页　共 {} 页", "Page {} of {}"),
    "glance": (
        "共读入制度{rules}项，提出候选{candidates}项（立{enact}、改{amend}、废{repeal}），附证据{evidence}条；"
        + "读入检查问题{findings}个，其中待人工复核{to_review}个。",
        "{rules} rules read; {candidates} candidates (enact {enact}, amend {amend}, repeal {repeal}) with {evidence} pieces "
        + "of evidence; {findings} findings, {to_review} of them to be checked.",
    ),
    "strongest": (
        "一项候选制度的建议取其各条证据中最强的一种（由强到弱为废、改、立），所以按建议统计的证据数与候选制度数不相对应。",
        "The action of a candidate is the strongest among its evidence (repeal, amend, enact); so candidates and evidence "
        + "do not count alike by action.",
    ),
    "all_signals": ("全部检查项", "all signals"),
    "priority_of": ("优先级：{}", "priority: {}"),
    "action_of": ("建议：{}", "{}"),
    "search": ("查找", "Search"),
    "all": ("全部", "all"),
    "shown": ("显示 {} 项", "{} shown"),
}


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language.

    >>> Labels("zh")["rule"], Labels("en").action("repeal")
    ('制度名称', 'repeal')

    A key that nobody named (a category of the user's own taxonomy) stands for itself.
    """

    lang: Lang = "zh"
    categories: Mapping[str, str] = field(default_factory=dict)
    signals: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> str:
        return HEADINGS[key][self.lang == "en"]

    def _name(self, names: Mapping[str, Pair], key: str) -> str:
        return names[key][self.lang == "en"] if key in names else key

    def action(self, key: str) -> str:
        """立, 改 or 废."""
        return self._name(ACTIONS, key)

    def priority(self, key: str) -> str:
        """高, 中 or 低."""
        return self._name(PRIORITIES, key)

    def kind(self, key: str) -> str:
        """The name of a kind of evidence."""
        return self._name(KINDS, key)

    def status(self, key: str | None) -> str:
        """The state of rectification; 未载明 where the report says nothing."""
        return self._name(STATUSES, key or "")

    def verdict(self, key: str) -> str:
        """采纳, 不采纳 or 待定."""
        return self._name(VERDICTS, key)

    def category(self, key: str | None) -> str:
        """The name of a category, the user's own taxonomy first."""
        return self.categories.get(key or "") or self._name(CATEGORIES, key or "")

    def signal(self, evidence: Evidence) -> str:
        """The code of a signal with its name; the table of signals names them in Chinese only."""
        named = self.signals.get(evidence.signal) if self.lang == "zh" else None
        return f"{evidence.signal} {named or self.kind(evidence.kind)}"

    def finding_category(self, finding: Finding) -> str:
        """The best guess; ``other`` with its kind where the classifier gave one.

        The mark that a person has to look stands in a column of its own: ``review_mark``.
        """
        name = self.category(finding.category)
        if finding.category == "other" and finding.other_kind:
            return f"{name}（{self._name(OTHER_KINDS, finding.other_kind)}）"
        return name

    def review_mark(self, finding: Finding) -> str:
        """待人工复核 with the reason, or nothing."""
        if not finding.needs_review:
            return ""
        reason = self._name(REVIEW_REASONS, finding.review_reason or "")
        return f"{self['mark_review']}（{reason}）" if reason else self["mark_review"]

    def heading(self, candidate: Candidate) -> str:
        """A candidate's title, with marks around it as titles are cited."""
        return cite(candidate.title)


def cite(title: str) -> str:
    """A title in the marks of a title.

    >>> cite("《差旅费管理办法》")
    '《差旅费管理办法》'
    """
    return f"《{title.removeprefix('《').removesuffix('》')}》"


def choose_labels(review: Review) -> Labels:
    """The words for a review: its language, its taxonomy, and the names of its signals."""
    return Labels(review.lang, review.category_names, review.signal_names)
