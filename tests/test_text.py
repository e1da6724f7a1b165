"""Characters: numerals, dates, money, keys, and the way back to the original offsets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.text import (
    find_dates,
    find_money,
    fold_text,
    normalise_document_number,
    normalise_title,
    parse_number,
    spell_number,
    squeeze,
)

MANY = settings(max_examples=300, deadline=None, derandomize=True)
PLAIN = st.text(
    st.sampled_from("《》（）()[]〔〕 　\n\t中华人民共和国差旅费办法试行第0０１2号年ＡbC%.㈱ﬁ½，。①万元"), max_size=40
)
TEXTS = PLAIN | st.text(max_size=30)


# ---------------------------------------------------------------- numerals


def test_every_number_comes_back() -> None:
    assert all(parse_number(spell_number(n)) == n for n in range(100_000))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二○○五", 2005),
        ("二〇二四", 2024),
        ("廿三", 23),
        ("卅", 30),
        ("卌五", 45),
        ("两千零五", 2005),
        ("１２", 12),
        ("1,580", 1580),
        ("陆万伍仟", 65_000),
        ("壹佰贰拾", 120),
        ("十", 10),
        ("百", 100),
        ("三万五千", 35_000),
        ("一亿二千万", 120_000_000),
        ("12万", 120_000),
        ("零", 0),
        (" 七 ", 7),
    ],
)
def test_numerals_in_many_hands(text: str, value: int) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "  ", "甲", "第三", "一百x", "-3"])
def test_what_is_no_numeral_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="numeral"):
        parse_number(text)


# ---------------------------------------------------------------- dates

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def _hanzi_year(year: int, zero: str) -> str:
    return "".join(zero if d == "0" else spell_number(int(d)) for d in str(year))


@MANY
@given(DAYS, st.sampled_from("〇○零"))
def test_a_day_in_any_form_is_that_day(day: date, zero: str) -> None:
    forms = [
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month:02d} 月 {day.day:02d} 日",
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month:02d}.{day.day:02d}",
        f"{_hanzi_year(day.year, zero)}年{spell_number(day.month)}月{spell_number(day.day)}日",
    ]
    for form in forms:
        (found,) = find_dates(f"自{form}起施行")
        assert (found.first, found.last, found.exact) == (day, day, True), form
        assert f"自{form}起施行"[found.start : found.end].strip() == form


@MANY
@given(DAYS)
def test_a_month_means_its_first_and_last_day(day: date) -> None:
    (found,) = find_dates(f"拟于{day.year}年{day.month}月底前完成")
    assert found.first == day.replace(day=1)
    assert (found.last + timedelta(days=1)).day == 1
    assert found.first.month == found.last.month


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023年上半年", date(2023, 1, 1), date(2023, 6, 30)),
        ("2023年三季度", date(2023, 1, 1), date(2023, 9, 30)),
        ("2023年底", date(2023, 1, 1), date(2023, 12, 31)),
        ("2024年2月", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_spans(text: str, first: date, last: date) -> None:
    assert [(d.first, d.last, d.exact) for d in find_dates(text)] == [(first, last, False)]


@pytest.mark.parametrize("text", ["2023年2月30日", "2023年13月5日", "2021-02-29", "2023/0/4", "2023.4.31", "9月31日前"])
def test_impossible_days_are_passed_over(text: str) -> None:
    assert not [d for d in find_dates(text, year=2023) if d.exact]


def test_a_missing_year_needs_one() -> None:
    assert list(find_dates("12月15日前完成")) == []
    assert [d.last for d in find_dates("12月15日前完成", year=2023)] == [date(2023, 12, 15)]


def test_version_numbers_are_no_dates() -> None:
    assert list(find_dates("升级至2021.3.1.7版")) == []


# ---------------------------------------------------------------- money


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("1,580万元", 15_800_000),
        ("九万元", 90_000),
        ("２３．５万元", 235_000),
        ("2亿3000万元", 230_000_000),
        ("陆万伍仟元", 65_000),
        ("三点五万元", 35_000),
        ("1.2亿元", 120_000_000),
        ("98,500元", 98_500),
        ("350元", 350),
        ("3 万 元", 30_000),
        ("5百万元", 5_000_000),
        ("20余万元", 200_000),
    ],
)
def test_amounts(text: str, yuan: float) -> None:
    (found,) = find_money(f"涉及{text}，")
    assert found.yuan == pytest.approx(yuan)
    assert f"涉及{text}，"[found.start : found.end] == text


@pytest.mark.parametrize("text", ["**万元", "＊＊元", "XX万元", "××亿元", "*.*万元"])
def test_masked_amounts_are_unknown_not_zero(text: str) -> None:
    assert [m.yuan for m in find_money(f"金额{text}。")] == [None]


def test_foreign_money_is_left_out() -> None:
    assert [m.yuan for m in find_money("300万美元、20万港元和5万元")] == [50_000]


@MANY
@given(st.integers(1, 10**9))
def test_plain_and_grouped_figures_agree(yuan: int) -> None:
    assert [m.yuan for m in find_money(f"{yuan}元")] == [m.yuan for m in find_money(f"{yuan:,}元")] == [yuan]


# ---------------------------------------------------------------- folding and keys


@MANY
@given(TEXTS)
def test_folding_leaves_letters_and_figures(text: str) -> None:
    assert all(c.isalnum() or c in "%." for c in fold_text(text))


@MANY
@given(PLAIN)
def test_keys_are_the_same_when_made_again(text: str) -> None:
    for normalise in (squeeze, fold_text, normalise_document_number):
        once = normalise(text)
        assert normalise(once) == once


@MANY
@given(TEXTS)
def test_title_key_is_the_same_when_made_again(text: str) -> None:
    once = normalise_title(text)
    assert normalise_title(once) == once


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("《差旅费管理办法(试行)》", "差旅费　管理办法（试行）"),
        ("中华人民共和国票据法", "《票据法》"),
        ("关于转发<保密须知>的通知", "关于转发〈保密须知〉的通知"),
        ("费用规程[2019版]", "费用规程（2019版）"),
    ],
)
def test_titles_that_are_the_same(a: str, b: str) -> None:
    assert normalise_title(a) == normalise_title(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("海行发[2016]302号", "海行发〔2016〕 302 号"),
        ("海行发（2016）第03号", "海行发〔2016〕3号"),
        ("海行令２００６年第03号", "海行令2006年第3号"),
        ("海行发【2016】3号", "海行发〔2016〕3号"),
    ],
)
def test_numbers_that_are_the_same(a: str, b: str) -> None:
    assert normalise_document_number(a) == normalise_document_number(b)
