"""The tables of facts: dated, sourced, without slips, and overlaid by the user's own rows."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from rulemine.errors import BadFact, BadInput
from rulemine.facts import TABLES, Facts, add_fact, load_facts, reference
from rulemine.parse.articlelists import expand_articles
from rulemine.taxonomy import load_taxonomy
from rulemine.text import normalise_title

HEADS = {
    "laws": "id,title,document_number,level,issued_on,effective_on,repealed_on,replaced_by,source,checked_on,confidence,gone_by",
    "amendments": "id,title,amended_on,effective_on,scope,source,checked_on",
    "names": "id,former,current,kind,until,guard,source,checked_on,confidence",
    "moves": "id,title,moved_on,old_article,new_article,likeness,source,checked_on",
    "aliases": "id,alias,title,source,checked_on",
}
LEVELS = {
    "law",
    "administrative_regulation",
    "departmental_rule",
    "normative_document",
    "judicial_interpretation",
    "internal_rule",
}


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def _overlay(folder: Path, table: str, *rows: str) -> Path:
    (folder / f"{table}.csv").write_text("\n".join([HEADS[table], *rows]) + "\n", encoding="utf-8")
    return folder


# ---------------------------------------------------------------- ours


def test_enough_rows_each_with_source_and_date(facts: Facts) -> None:
    rows = list(facts)
    assert len(rows) >= 300
    assert len(facts.laws) >= 300
    for row in rows:
        assert row.source.strip()
        assert date(2020, 1, 1) <= row.checked_on <= date(2100, 1, 1)
    assert facts.checked_on() == max(row.checked_on for row in rows)


@pytest.mark.parametrize("table", TABLES)
def test_ids_are_unique_in_the_files(table: str) -> None:
    import csv
    from importlib.resources import files

    text = (files("rulemine") / "data" / f"{table}.csv").read_text(encoding="utf-8")
    ids = [row["id"] for row in csv.DictReader(text.splitlines())]
    assert not [key for key, n in Counter(ids).items() if n > 1]
    assert text.splitlines()[0] == HEADS[table]


def test_laws_are_sane(facts: Facts) -> None:
    for law in facts.laws:
        assert len(normalise_title(law.title)) >= 2, law
        assert 0 < law.confidence <= 1
        assert law.level is None or law.level in LEVELS, law
        if law.issued_on and law.repealed_on:
            assert law.issued_on <= law.repealed_on, law
        if law.replaced_by:
            assert law.ended_on, law
        assert not (law.repealed_on and law.gone_by), law


def test_articles_that_moved_are_labels(facts: Facts) -> None:
    for move in facts.moves:
        assert expand_articles(move.old_article) == (move.old_article,)
        assert move.new_article is None or expand_articles(move.new_article) == (move.new_article,)
        assert move.old_article != move.new_article
        assert 0 <= move.likeness <= 1


def test_former_names_differ_from_current_ones(facts: Facts) -> None:
    for name in facts.names:
        assert name.former != name.current
        assert name.former
        assert 0 < name.confidence <= 1


def test_every_alias_leads_to_a_full_title(facts: Facts) -> None:
    known = {normalise_title(law.title) for law in facts.laws} | {normalise_title(move.title) for move in facts.moves}
    for alias in facts.aliases:
        title = normalise_title(alias.title)
        assert title in known or title.endswith(("法", "法典", "条例")), alias
        assert facts.title_key(f"《{alias.alias}》") == title


def test_no_alias_is_its_own_title(facts: Facts) -> None:
    assert not [alias.id for alias in facts.aliases if alias.alias == normalise_title(alias.title)]


def test_a_reused_title_is_told_apart(facts: Facts) -> None:
    """A title with several rows: each has a fate or a number of its own."""
    counts = Counter(normalise_title(law.title) for law in facts.laws)
    for title, n in counts.items():
        if n > 1:
            rows = facts.find_laws(title)
            assert len({(r.document_number, r.ended_on, r.issued_on, r.effective_on) for r in rows}) == len(rows), title


def test_look_ups(facts: Facts) -> None:
    (law,) = facts.find_laws("《中华人民共和国合同法》")
    assert law.is_repealed(date(2021, 1, 1))
    assert not law.is_repealed(date(2020, 12, 31))
    assert facts.find_laws("合同法") == (law,)
    assert facts.find_laws("从来没有的办法") == ()
    assert facts.find_laws(None) == ()
    assert reference(law).id == law.id
    move = facts.moves[0]
    assert move in facts.find_moves(move.title, move.old_article)


def test_a_trial_mark_may_be_left_out_unless_the_text_without_it_is_another(facts: Facts) -> None:
    (law,) = facts.find_laws("人民检察院行政诉讼监督规则")
    assert law.title == "人民检察院行政诉讼监督规则（试行）"
    assert facts.find_laws("上市公司股权激励管理办法") == (), "gone without a known successor: the name may live on"
    assert facts.find_laws("商业银行资本管理办法（试行）")
    assert facts.find_laws("商业银行资本管理办法") == ()


def test_number_finds_a_law_whose_title_is_not_named(facts: Facts) -> None:
    law = next(law for law in facts.laws if law.document_number)
    assert law in facts.find_laws(None, law.document_number)


# ---------------------------------------------------------------- the user's


def test_overlay_replaces_by_id_and_adds(tmp_path: Path, facts: Facts) -> None:
    ours = facts.laws[0]
    folder = _overlay(
        tmp_path,
        "laws",
        f"{ours.id},改过的办法,,internal_rule,,,2020-01-01,新办法,本单位,2024-05-01,1",
        "own:1,本行旧采购办法,星行发〔2011〕4号,internal_rule,2011-05-01,,2019-03-01,本行采购办法,本行清单,2024-05-01,1",
    )
    loaded = load_facts(folder)
    assert len(loaded.laws) == len(facts.laws) + 1
    assert loaded.names == facts.names
    assert next(law for law in loaded.laws if law.id == ours.id).title == "改过的办法"
    (added,) = loaded.find_laws("本行旧采购办法")
    assert (added.repealed_on, added.replaced_by) == (date(2019, 3, 1), "本行采购办法")
    assert loaded.find_laws(None, "星行发[2011]4号") == (added,)


def test_a_row_is_added_to_a_table_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "own"
    added = add_fact(
        own, "names", {"former": "市场部", "current": "营销部", "kind": "department", "until": "2025-01-01"}
    )
    add_fact(own, "names", {"former": "信贷部", "current": "授信部", "kind": "department", "until": "2025-02-01"})
    loaded = load_facts(own)
    assert [name.current for name in loaded.names[-2:]] == ["营销部", "授信部"]
    assert added in loaded.names
    with pytest.raises(BadFact, match="已有"):
        add_fact(own, "names", {"former": "市场部", "current": "营销部", "kind": "department", "until": "2025-01-01"})


@pytest.mark.parametrize(("encoding", "end"), [("gb18030", ""), ("utf-8-sig", "\r\n"), ("utf-8", "\n")])
def test_a_row_is_added_in_the_encoding_and_columns_that_the_table_has(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "names.csv"
    head = "former,current,kind,until,source,checked_on,confidence,id"
    before = f"{head}\n甲部,乙部,department,2020-01-01,本单位,2024-01-01,1,own:1{end}".encode(encoding)
    path.write_bytes(before)
    add_fact(
        tmp_path,
        "names",
        {"id": "own:2", "former": "丙部", "current": "丁部", "kind": "department", "until": "2025-01-01"},
    )
    assert path.read_bytes().startswith(before)
    assert [name.current for name in load_facts(tmp_path).names[-2:]] == ["乙部", "丁部"]


@pytest.mark.parametrize(
    ("table", "values", "error", "told"),
    [
        ("rules", {"title": "甲"}, BadInput, "可用的有"),
        ("laws", {"name": "甲"}, BadInput, "没有列 name"),
        ("laws", {"title": "甲", "repealed_on": "去年"}, BadFact, "不是日期"),
        ("names", {"former": "甲部"}, BadFact, "不能为空"),
    ],
)
def test_nothing_is_written_when_a_row_cannot_be_right(
    tmp_path: Path, table: str, values: dict[str, str], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        add_fact(tmp_path, table, values)
    assert not list(tmp_path.iterdir())


def test_overlay_may_come_out_of_a_spreadsheet(tmp_path: Path) -> None:
    """With a byte order mark, Windows line ends and a quoted comma."""
    path = tmp_path / "names.csv"
    path.write_bytes(
        (
            "\ufeff"
            + HEADS["names"]
            + '\r\nown:部,市场部,市场一部,department,2022-01-01,,"会议纪要, 第3号",2024-01-01,1\r\n'
        ).encode()
    )
    loaded = load_facts(tmp_path)
    added = next(name for name in loaded.names if name.id == "own:部")
    assert (added.former, added.current, added.source) == ("市场部", "市场一部", "会议纪要, 第3号")


@pytest.mark.parametrize(
    ("table", "row", "reason"),
    [
        ("laws", "own:2,旧办法,,law,,,2019-13-01,,本行,2024-05-01,1", "repealed_on"),
        ("laws", "own:2,,,law,,,,,本行,2024-05-01,1", "title"),
        ("laws", "own:2,旧办法,,law,,,,,,2024-05-01,1", "source"),
        ("laws", "own:2,旧办法,,law,,,,,本行,,1", "checked_on"),
        ("laws", "own:2,旧办法,,law,,,,,本行,2024-05-01,很高", "很高"),
        ("names", "own:3,旧,新,tax,去年,,本行,2024-05-01,1", "去年"),
        ("moves", ",某法,2020-01-01,第三条,第四条,1,本行,2024-05-01", "id"),
        ("aliases", "own:4,短,,本行,2024-05-01", "title"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, table: str, row: str, reason: str) -> None:
    good = {
        "laws": "own:0,甲办法,,law,,,,,本行,2024-05-01,1",
        "names": "own:0,甲,乙,tax,2020-01-01,,本行,2024-05-01,1",
        "moves": "own:0,某法,2020-01-01,第一条,第二条,1,本行,2024-05-01",
        "aliases": "own:0,甲法,甲乙法,本行,2024-05-01",
    }[table]
    folder = _overlay(tmp_path, table, good, row)
    with pytest.raises(BadFact) as caught:
        load_facts(folder)
    assert f"{table}.csv:3：" in str(caught.value)
    assert reason in str(caught.value)
    assert "改正或删去这一行" in str(caught.value)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    (tmp_path / "laws.csv").write_text("title,repealed_on\n旧办法,2020-01-01\n", encoding="utf-8")
    with pytest.raises(BadFact, match=r"laws\.csv:1：.*checked_on、id、source"):
        load_facts(tmp_path)


@pytest.mark.parametrize("row", ["own:2,旧办法,,law,,,,,本行,2024-05-01,7", "own:2,旧办法,,law,,,,,本行,2024-05-01,-1"])
def test_confidence_lies_between_nought_and_one(tmp_path: Path, row: str) -> None:
    with pytest.raises(BadFact):
        load_facts(_overlay(tmp_path, "laws", row))


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    rows = ["own:2,旧办法,,law,,,,,本行,2024-05-01,1", "own:2,另一办法,,law,,,,,本行,2024-05-01,1"]
    with pytest.raises(BadFact):
        load_facts(_overlay(tmp_path, "laws", *rows))


def test_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none .*laws\.csv"):
        load_facts(tmp_path / "none")


# ---------------------------------------------------------------- categories


def test_taxonomy_has_the_five_categories_of_the_report() -> None:
    taxonomy = load_taxonomy()
    assert list(taxonomy.names) == ["daily_office", "personnel", "governance", "finance", "sales"]
    assert taxonomy.name("sales") == "销售策略"
    assert taxonomy.name("other") == taxonomy.name(None) == "其他"
    assert {"credit", "claims", "anti_money_laundering"} <= set(taxonomy.other_kinds)
    assert all(taxonomy.holds.values())


def test_a_taxonomy_of_the_users_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[categories.safety]\nname = "安全"\n[other]\nname = "其余"\n', encoding="utf-8")
    taxonomy = load_taxonomy(path)
    assert (taxonomy.names, taxonomy.name("x")) == ({"safety": "安全"}, "其余")


@pytest.mark.parametrize(
    "text", ["not toml = = ", "[other]\nname='x'\n", "[categories.a]\nlabel='x'\n", "categories = 3\n"]
)
def test_a_bad_taxonomy_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"own\.toml.*categories"):
        load_taxonomy(path)
