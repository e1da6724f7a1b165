"""The tuple that a verb of the face returns: a table in Jupyter, a frame for pandas."""

from __future__ import annotations

from html.parser import HTMLParser

from rulemine.results import SHOWN_CHARACTERS, SHOWN_ROWS, Results
from rulemine.schema import Finding, FindingSource


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


def _finding(text: str, **more: object) -> Finding:
    return Finding(
        id="f", report_id="r", text=text, start=0, end=len(text), source=FindingSource(path="a.txt", sha256="0"), **more
    )  # type: ignore[arg-type]


def _html(results: Results[Finding]) -> str:
    return results._repr_html_()


def test_it_is_a_plain_tuple() -> None:
    results = Results([_finding("甲"), _finding("乙")])
    assert isinstance(results, tuple)
    assert [f.text for f in results] == ["甲", "乙"]
    assert results == (results[0], results[1])


def test_table_escapes_what_the_documents_hold() -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
    shown = _html(Results([_finding(hostile, severity="<b>重大</b>", counts={"<i>": 3})]))
    tags = _Tags()
    tags.feed(shown)
    assert set(tags.tags) <= {"table", "thead", "tbody", "tr", "th", "td", "p"}
    assert "&lt;script&gt;" in shown


def test_table_leaves_out_empty_columns_and_cuts_long_cells() -> None:
    shown = _html(Results([_finding("长" * 500)]))
    assert "整改期限" not in shown
    assert ">" + "长" * SHOWN_CHARACTERS + "…" in shown
    assert ">" + "长" * (SHOWN_CHARACTERS + 1) not in shown


def test_table_says_how_many_more_there_are() -> None:
    shown = _html(Results(_finding(f"问题{i}") for i in range(SHOWN_ROWS + 5)))
    assert shown.count("<tr>") == SHOWN_ROWS + 1
    assert str(SHOWN_ROWS + 5) in shown.rpartition("</table>")[2]


def test_a_slice_has_a_table_too() -> None:
    results = Results([_finding("甲"), _finding("乙")])
    assert isinstance(results[:1], Results)
    assert results[1].text == "乙"


def test_nothing_shows_as_nothing() -> None:
    assert "0" in _html(Results())
    assert len(Results().to_frame()) == 0


def test_frame_has_one_row_a_noun_and_keeps_unknown_unknown() -> None:
    frame = Results(
        [_finding("甲", amount_yuan=None), _finding("乙", amount_yuan=3.5, secondary=("sales",))]
    ).to_frame()
    assert list(frame["text"]) == ["甲", "乙"]
    assert frame["amount_yuan"].isna().tolist() == [True, False]
    assert frame["secondary"].tolist() == [[], ["sales"]]
    assert frame["source"][0]["path"] == "a.txt"
