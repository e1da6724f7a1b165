"""Words that narrow whom or what a norm is about: 对公 / 个人, 总行 / 支行, 首次 / 再次."""

from __future__ import annotations

import re

_RECIPIENT = re.compile(
    r"(?:报|由|经|提交|提请|交)[^，。；]{2,20}?(?:审议|审核|审查|批准|审批|审定|决定|核准|同意|签批|备案|登记|负责|复核|组织|统一)"
)
_SCOPES: tuple[frozenset[str], ...] = tuple(
    map(
        frozenset,
        (
            ("对公", "单位客户", "公司客户", "机构客户", "机构投资者", "法人", "个人", "自然人", "零售", "企业"),
            (
                "总部",
                "总行",
                "集团",
                "分行",
                "分公司",
                "支行",
                "子公司",
                "分支机构",
                "成员单位",
                "网点",
                "营业部",
                "县域",
                "市分行",
            ),
            ("首次", "再次", "两次", "三次", "多次", "初犯", "续保", "续签"),
            ("单笔", "累计", "合计", "年度", "单日", "单次", "单项", "单件", "单张", "单户"),
            ("境内", "境外", "国内", "国外", "本地", "异地", "省内", "省外", "港澳"),
            (
                "一般",
                "重大",
                "特别重大",
                "较大",
                "重要",
                "普通",
                "核心",
                "特权",
                "涉密",
                "复杂",
                "简单",
                "紧急",
                "特殊",
                "常规",
                "专项",
            ),
            ("人身险", "财产险", "车险", "寿险", "健康险", "意外险", "长期", "短期", "一年期"),
            (
                "高级管理人员",
                "领导",
                "中层",
                "部门负责人",
                "员工",
                "实习",
                "董事",
                "监事",
                "柜员",
                "客户经理",
                "分管领导",
                "主要负责人",
                "处级",
                "科级",
            ),
            ("口头", "书面", "电话", "现场", "非现场", "线上", "线下", "网络"),
            ("省会", "直辖市", "其他地区", "其他城市", "县级", "高原", "一线城市", "地级市"),
            (
                "货物",
                "服务",
                "工程",
                "信息系统",
                "办公用品",
                "固定资产",
                "权益类",
                "固定收益",
                "另类",
                "不动产",
                "股权",
                "债券",
                "存款",
            ),
            ("会计档案", "业务档案", "文书档案", "人事档案", "合同档案", "声像档案", "电子档案", "纸质档案"),
            ("开户", "销户", "变更", "冻结", "注销", "启用", "停用"),
            ("早餐", "午餐", "晚餐", "住宿", "伙食", "交通", "市内", "机票", "火车"),
            ("专业技术", "管理岗位", "操作岗位", "销售岗位"),
            ("口令", "账号", "权限", "日志", "备份"),
            ("低风险", "中风险", "高风险", "中低风险", "中高风险"),
        ),
    )
)
"""Groups of words of which a norm means one: two norms that name different ones of a group are about different things."""


_CLASS = re.compile(
    r"第?[A-Za-z一二三四五六甲乙丙丁]类|[甲乙丙丁][级档]|(?:科创|主|创业|中小)板|(?:部门|公司|集团|总部)级"
)
"""Members of a classification: A类 and B类, 科创板 and 主板."""
_SCOPE_WORDS = re.compile(
    "|".join(sorted({word for group in _SCOPES for word in group}, key=lambda word: (-len(word), word)))
)
_EXAMPLE = re.compile(rf"(?:{_SCOPE_WORDS.pattern})等(?={_SCOPE_WORDS.pattern})")
"""营业部等分支机构 means all of the latter."""


def find_scopes(text: str) -> frozenset[str]:
    """The words of a text that narrow whom or what it is about; the longest where one holds another."""
    told = _EXAMPLE.sub("", _RECIPIENT.sub("", text))
    found = set(_SCOPE_WORDS.findall(told))
    longest = {word for word in found if not any(word != other and word in other for other in found)}
    return frozenset(longest | set(_CLASS.findall(told)))


def compatible_scopes(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether nothing says that two norms are about different subjects.

    >>> compatible_scopes(frozenset({"对公"}), frozenset({"个人"})), compatible_scopes(frozenset(), frozenset({"个人"}))
    (False, True)
    """
    classes = [frozenset(word for word in scopes if _CLASS.fullmatch(word)) for scopes in (a, b)]
    if all(classes) and classes[0] != classes[1]:
        return False
    return not any((a & group) and (b & group) and (a & group) != (b & group) for group in _SCOPES)
