"""Hard-wrapped text: after so many columns, as pages do, or after so many characters, as programs do."""

from __future__ import annotations

import itertools

from rulemine.readers.wrapping import find_wrap, is_continued

WORDS = (
    "库管员2024年1月至2024年3月17次未在交接登记簿上签字，且钥匙一直由本人保管，没有按规定交给第二人封存，备用钥匙去向不明，"
    "至今没有查清楚，值班人员也说不出缘由；2023年11月11日起漏水12处，31本账册受潮后没有晾晒，也没有另行登记造册，经办人称等待维修，"
    "但维修申请单至今没有送出，楼宇管理方也没有接到报修的电话；另有2022年度的102册凭证堆放在走廊，有8册缺页"
)


def test_broken_after_so_many_characters() -> None:
    lines = [WORDS[at : at + 22] for at in range(0, len(WORDS), 22)]
    wrap = find_wrap(lines)
    assert wrap is not None
    assert wrap.by_characters
    assert all(is_continued(line, following, wrap) for line, following in itertools.pairwise(lines))


def test_broken_after_so_many_columns() -> None:
    plain = "".join(character for character in WORDS if not character.isdigit())
    lines = [plain[at : at + 22] for at in range(0, len(plain), 22)]
    wrap = find_wrap(lines)
    assert wrap is not None
    assert not wrap.by_characters
    assert not is_continued("检查情况", "共有三笔。", wrap)
