"""A small invented corpus: four authors, three categories, words of their own."""

from __future__ import annotations

from rulemine.classifier.training import Example

SUBJECTS = {
    "finance": ("报销单未附发票", "备用金逾期未核销", "固定资产账实不符", "预算外列支会议费"),
    "personnel": ("员工未按期轮岗", "强制休假未执行", "亲属回避未登记", "任职资格未核准"),
    "other": ("贷后检查流于形式", "可疑交易未上报", "理赔资料缺失", "抵押物未评估"),
}
KINDS = {
    "贷后检查流于形式": "credit",
    "抵押物未评估": "credit",
    "可疑交易未上报": "anti_money_laundering",
    "理赔资料缺失": "claims",
}
PLACES = ("城东支行", "城西支行", "城南支行", "城北支行", "营业部", "直属中心")
AUTHORS = ("甲", "乙", "丙", "丁")


def make_examples(authors: tuple[str, ...] = AUTHORS) -> list[Example]:
    return [
        Example(
            f"{place}{subject}，检查组{author}已记录",
            label,
            author,
            hard=place == "营业部",
            other_kind=KINDS.get(subject),
        )
        for author in authors
        for label, subjects in SUBJECTS.items()
        for subject in subjects
        for place in PLACES
    ]
