"""What the head and the last articles of a rule say: number, authority, dates, departments."""

from __future__ import annotations

from datetime import date

import pytest

from rulemine.parse.statements import states_term
from rulemine.text import normalise_document_number

from .documents import read_rule

BODY = "第一条 为规范值班，制定本办法。\n第二条 值班日志保存三年。\n"


@pytest.mark.parametrize(
    ("head", "number"),
    [
        ("星海发〔2023〕5号", "星海发〔2023〕5号"),
        ("星海发[2023]05号", "星海发〔2023〕5号"),
        ("（星海办发〔2023〕15号）", "星海办发〔2023〕15号"),
        ("星海发（2023）5 号", "星海发〔2023〕5号"),
        ("星海发【2023】第5号", "星海发〔2023〕5号"),
    ],
)
def test_number(head: str, number: str) -> None:
    assert normalise_document_number(read_rule(f"值班管理办法\n{head}\n{BODY}").document_number or "") == number


def test_a_number_cited_in_the_preamble_is_not_the_rules_own() -> None:
    rule = read_rule(
        f"值班管理办法\n2023年4月20日印发\n根据《安全保卫规定》（星总发〔2019〕3号），制定本办法如下。\n{BODY}"
    )
    assert rule.document_number is None


def test_number_above_the_title() -> None:
    rule = read_rule(f"星海银行文件\n星海发〔2023〕5号\n值班管理办法\n{BODY}")
    assert (rule.title, rule.document_number) == ("值班管理办法", "星海发〔2023〕5号")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("（2023年4月20日印发）", {"promulgated_on": date(2023, 4, 20)}),
        ("2023年4月20日", {"promulgated_on": date(2023, 4, 20)}),
        ("二〇二三年四月二十日印发", {"promulgated_on": date(2023, 4, 20)}),
        (
            "（2015年3月2日发布，2023年4月20日修订）",
            {"promulgated_on": date(2015, 3, 2), "revised_on": date(2023, 4, 20)},
        ),
        (
            "（2015年3月2日董事会通过 自2015年5月1日起施行）",
            {"adopted_on": date(2015, 3, 2), "effective_on": date(2015, 5, 1)},
        ),
        (
            "（2015年3月2日发布 2018年1月5日第一次修订 2023年4月20日第二次修订）",
            {"promulgated_on": date(2015, 3, 2), "revised_on": date(2023, 4, 20)},
        ),
        (
            "2015年3月2日发布\n2018年1月5日《关于修改〈值班管理办法实施细则〉的决定》修订",
            {"promulgated_on": date(2015, 3, 2), "revised_on": date(2018, 1, 5)},
        ),
    ],
)
def test_dates_of_the_head(head: str, expected: dict[str, date]) -> None:
    rule = read_rule(f"值班管理办法\n{head}\n{BODY}")
    names = ("adopted_on", "promulgated_on", "effective_on", "revised_on", "expires_on")
    assert {name: value for name in names if (value := getattr(rule, name))} == expected


@pytest.mark.parametrize(
    ("last", "effective", "expires"),
    [
        ("本办法自2023年5月1日起施行。", date(2023, 5, 1), None),
        ("本办法自印发之日起施行。", date(2023, 4, 20), None),
        ("本办法自2023年5月1日起试行，试行期二年。", date(2023, 5, 1), date(2025, 4, 30)),
        ("本办法自2023年5月1日起施行，有效期至2026年12月31日。", date(2023, 5, 1), date(2026, 12, 31)),
        ("本办法自2023年5月1日起施行，有效期为五年。", date(2023, 5, 1), date(2028, 4, 30)),
        ("本办法自2023年5月1日起施行，试行期六个月。", date(2023, 5, 1), date(2023, 10, 31)),
        ("本办法自印发之日起施行，有效期至2026年12月31日。", date(2023, 4, 20), date(2026, 12, 31)),
        ("客户测评结果有效期为一年。", None, None),
        ("本办法（原称《值班守则》）自2023年5月1日起施行。", date(2023, 5, 1), None),
        ("本办法自2023年5月1日施行。", date(2023, 5, 1), None),
        ("本办法自2023年5月1日起施行。\n附件：值班表\n" + "值班人员应当签到。\n" * 80, date(2023, 5, 1), None),
        ("《旧值班规定》自2011年1月1日起施行的部分照旧。", None, None),
    ],
)
def test_dates_of_the_tail(last: str, effective: date | None, expires: date | None) -> None:
    rule = read_rule(f"值班管理办法\n2023年4月20日印发\n{BODY}第三条 {last}\n")
    assert (rule.effective_on, rule.expires_on) == (effective, expires)


def test_the_date_under_a_notice_is_its_day() -> None:
    rule = read_rule(
        "关于用电安全的通知\n星海发〔2022〕15号\n各部门：\n现将用电安全有关事项通知如下。\n一、落实责任\n指定专人。\n二、加强检查\n每季度抽查。\n星海银行\n2022年6月3日\n"
    )
    assert rule.promulgated_on == rule.dated_on == date(2022, 6, 3)


def test_departments() -> None:
    rule = read_rule(
        f"值班管理办法\n2023年4月20日印发\n{BODY}第三条 安全保卫部是值班工作的归口管理部门。\n第四条 本办法由安全保卫部负责解释。\n"
    )
    assert (rule.owner_department, rule.interpreting_department) == ("安全保卫部", "安全保卫部")


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        (f"星海银行股份有限公司关于值班管理的办法\n{BODY}", "星海银行股份有限公司"),
        (f"值班管理办法\n{BODY}", None),
    ],
)
def test_authority(text: str, authority: str | None) -> None:
    assert read_rule(text).issuing_authority == authority


@pytest.mark.parametrize("authority", ["星海银行股份有限公司", "星海市地方金融管理局"])
def test_authority_on_a_line_of_its_own(authority: str) -> None:
    assert read_rule(f"{authority}\n值班管理办法\n星海发〔2023〕5号\n{BODY}").issuing_authority == authority


@pytest.mark.parametrize(
    ("title", "trial"),
    [("值班管理办法（试行）", True), ("值班管理暂行办法", True), ("值班管理试行办法", True), ("值班管理办法", False)],
)
def test_trial(title: str, trial: bool) -> None:
    assert read_rule(f"{title}\n星海发〔2023〕5号\n{BODY}").trial is trial


@pytest.mark.parametrize(
    ("number", "level"),
    [
        ("银发〔2031〕9号", "normative_document"),
        ("星海市金融管理总局令2031年第9号", "departmental_rule"),
        ("星海发〔2031〕9号", None),
    ],
)
def test_authority_level(number: str, level: str | None) -> None:
    assert read_rule(f"值班管理办法\n{number}\n{BODY}").authority_level == level


@pytest.mark.parametrize(
    ("sentence", "states"),
    [("本办法试行一年", True), ("本办法有效期五年", True), ("证书有效期三年", False), ("试用期六个月", False)],
)
def test_states_term(sentence: str, states: bool) -> None:
    assert states_term(sentence) is states


@pytest.mark.parametrize(
    "title",
    [
        "差旅费报销须知",
        "印章管理操作流程",
        "反欺诈工作指引（2022年版）",
        "重大事项报告要求",
        "内部审计章程",
        "应急预案",
        "会计基础工作规范",
    ],
)
def test_kinds_of_titles(title: str) -> None:
    assert read_rule(f"{title}\n星海发〔2023〕5号\n{BODY}").title == title


@pytest.mark.parametrize("mark", ["《值班管理办法》", "# 值班管理办法", "**值班管理办法**", "值 班 管 理 办 法"])
def test_titles_in_any_dress(mark: str) -> None:
    assert read_rule(f"{mark}\n星海发〔2023〕5号\n{BODY}").title == "值班管理办法"
