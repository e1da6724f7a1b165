"""What is known about the world outside the compilation: laws and their fate, former names, moved articles.

Facts are rows of files (``data/*.csv``), each with its source and the day it was checked. A folder of the user's own,
with files of the same names, overlays them by ``id``: a row with a known id replaces ours, a new one is added.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from rulemine.errors import BadFact, BadInput
from rulemine.schema import FactRef
from rulemine.text import normalise_document_number, normalise_title

TABLES = ("laws", "amendments", "names", "moves", "aliases")
_VERSION = re.compile(r"（(?:[12]\d{3}年?)?(?:第?[一二三四五]次)?(?:修订|修正|修改|年版|版)(?:版|稿|本)?）$")
_INNER_MARKS = str.maketrans("《》", "〈〉")


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law or rule of an authority, and its fate."""

    id: str
    title: str
    document_number: str | None = None
    level: str | None = None
    issued_on: date | None = None
    effective_on: date | None = None
    repealed_on: date | None = None
    gone_by: date | None = None
    """The day by which it was known to be gone, where the day of its repeal is not known."""
    replaced_by: str | None = None
    source: str
    checked_on: date
    confidence: float

    @property
    def ended_on(self) -> date | None:
        """The day of its repeal, or the one by which it was gone."""
        return self.repealed_on or self.gone_by

    def is_repealed(self, as_of: date) -> bool:
        """Whether it had gone by that day."""
        return self.ended_on is not None and self.ended_on <= as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A day on which a law was amended or revised under the same title; ``scope`` is alone or together (with many others)."""

    id: str
    title: str
    amended_on: date
    effective_on: date | None = None
    scope: str | None = None
    source: str
    checked_on: date

    @property
    def in_force_on(self) -> date:
        """The day from which the new wording holds; the day of the amendment, where another is not known."""
        return self.effective_on or self.amended_on


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerName:
    """A name that has gone: of an institution, a tax, a licence, a rate."""

    id: str
    former: str
    current: str
    kind: str
    until: date
    guard: str | None = None
    source: str
    checked_on: date
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An article that bears another number since a law was amended; no new number where it was dropped."""

    id: str
    title: str
    moved_on: date
    old_article: str
    new_article: str | None = None
    likeness: float
    source: str
    checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A short name that people use for a law."""

    id: str
    alias: str
    title: str
    source: str
    checked_on: date


_STATUTE = re.compile(r"(?:(?<!办)法|法典|条例|通则|总则)$")
_UNMISTAKABLE = re.compile(r"^[\u4e00-\u9fa5]{6,}(?:办法|规定|指引|准则|细则|规则)$")
"""Titles long enough that nobody writes them by chance; only those without a mark inside."""
Fact = Law | Amendment | FormerName | Move | Alias
_KINDS: dict[str, type[Fact]] = {
    "laws": Law,
    "amendments": Amendment,
    "names": FormerName,
    "moves": Move,
    "aliases": Alias,
}


@dataclass(frozen=True)
class Facts:
    """All tables, with the look-ups that the signals ask.

    >>> facts = load_facts()
    >>> law, = facts.find_laws("《合同法》")
    >>> str(law.repealed_on), law.replaced_by
    ('2021-01-01', '中华人民共和国民法典')
    """

    laws: tuple[Law, ...]
    amendments: tuple[Amendment, ...]
    names: tuple[FormerName, ...]
    moves: tuple[Move, ...]
    aliases: tuple[Alias, ...]
    _by_title: dict[str, list[Law]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _by_number: dict[str, list[Law]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _amended: dict[str, list[Amendment]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _moves: dict[tuple[str, str], list[Move]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _aliases: dict[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for law in self.laws:
            self._by_title[key_title(law.title)].append(law)
            if law.document_number:
                self._by_number[normalise_document_number(law.document_number)].append(law)
        for amendment in sorted(self.amendments, key=lambda amendment: amendment.amended_on):
            self._amended[key_title(amendment.title)].append(amendment)
        for move in self.moves:
            self._moves[key_title(move.title), move.old_article].append(move)
        self._aliases.update({alias.alias: key_title(alias.title) for alias in self.aliases})

    def title_key(self, title: str) -> str:
        """The key of a title, short names resolved."""
        key = key_title(title)
        return self._aliases.get(key, key)

    def find_laws(self, title: str | None, document_number: str | None = None) -> tuple[Law, ...]:
        """Laws of that title (several when a title was used again), else of that number."""
        key = self.title_key(title) if title else ""
        found = self._by_title.get(key, [])
        if key and not found:  # people leave the （试行） out, unless the text without it is another one
            trial = self._by_title.get(f"{key}（试行）", [])
            found = [
                law for law in trial if law.ended_on is None or (law.replaced_by and key_title(law.replaced_by) != key)
            ]
        if not found and document_number and not title:
            found = self._by_number.get(normalise_document_number(document_number), [])
        return tuple(found)

    def find_amendments(self, title: str) -> tuple[Amendment, ...]:
        """Every known amendment of a law, oldest first."""
        return tuple(self._amended.get(self.title_key(title), ()))

    def find_moves(self, title: str, article: str) -> tuple[Move, ...]:
        """Where an article of a law went, each time it moved, oldest first."""
        return tuple(sorted(self._moves.get((self.title_key(title), article), ()), key=lambda move: move.moved_on))

    @cached_property
    def statutes(self) -> tuple[str, ...]:
        """The keys of all laws and regulations that people also name without 《》."""
        keys = {self.title_key(law.title) for law in self.laws}
        return tuple(
            sorted(key for key in keys if len(key) >= 2 and (_STATUTE.search(key) or _UNMISTAKABLE.search(key)))
        )

    @property
    def short_names(self) -> dict[str, str]:
        """Short names that people use, and the keys of the titles that they mean."""
        return dict(self._aliases)

    def checked_on(self) -> date:
        """The day the newest fact was checked."""
        return max((fact.checked_on for fact in self), default=date.min)

    def __iter__(self) -> Iterator[Fact]:
        yield from self.laws
        yield from self.amendments
        yield from self.names
        yield from self.moves
        yield from self.aliases

    def coverage(self) -> dict[str, int]:
        """How many rows each table holds, and how many of the laws are known to be repealed."""
        return {
            "laws": len(self.laws),
            "repealed_laws": sum(law.ended_on is not None for law in self.laws),
            "amendments": len(self.amendments),
            "former_names": len(self.names),
            "moved_articles": len(self.moves),
        }


def key_title(title: str) -> str:
    """The title of a law as a key: a title within it in one kind of marks (people write 《》 and 〈〉 there), no year of a version.

    >>> key_title("《关于适用《民法典》的解释》") == key_title("关于适用〈民法典〉的解释")
    True
    >>> key_title("中华人民共和国证券法(2019修订)")
    '证券法'
    """
    return _VERSION.sub("", normalise_title(title).translate(_INNER_MARKS))


def reference(fact: Fact) -> FactRef:
    """How an evidence names the fact it rests on."""
    return FactRef(id=fact.id, source=fact.source)


def load_facts(overlay: str | Path | None = None) -> Facts:
    """Our tables, overlaid by the rows in the user's folder.

    Raises BadFact for a row that cannot be right, BadInput for a folder that is not there.
    """
    folder = Path(overlay) if overlay else None
    if folder and not folder.is_dir():
        raise BadInput(f"{folder} 不是事实表文件夹；其中应有 {'、'.join(f'{t}.csv' for t in TABLES)}")
    tables = {}
    for name in TABLES:
        shipped = files("rulemine") / "data" / f"{name}.csv"
        rows = {row.id: row for row in _parse_rows(name, shipped.read_text(encoding="utf-8"), f"data/{name}.csv")}
        if folder and (folder / f"{name}.csv").exists():
            own = folder / f"{name}.csv"
            rows.update({row.id: row for row in _parse_rows(name, _read_table(own), str(own))})
        tables[name] = tuple(rows.values())
    return Facts(**tables)  # type: ignore[arg-type]  # each table holds the kind that _KINDS says


def add_fact(folder: str | Path, table: str, values: dict[str, str]) -> Fact:
    """A row of the user's own, checked and written at the end of their table; the folder and the table are made if need be.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as own:
    ...     _ = add_fact(own, "laws", {"title": "星海银行旧采购办法", "repealed_on": "2019-03-01"})
    ...     law, = load_facts(own).find_laws("星海银行旧采购办法")
    >>> law.source, law.confidence, str(law.repealed_on)
    ('本单位', 1.0, '2019-03-01')

    What is not given: ``id`` is made of the values, ``source`` is 本单位, ``checked_on`` today, ``confidence`` 1. Raises BadInput
    for a table or a column that there is not, BadFact for a value that cannot be right; then nothing is written.
    """
    if table not in _KINDS:
        raise BadInput(f"没有事实表 {table}；可用的有 {'、'.join(TABLES)}")
    kind = _KINDS[table]
    columns = list(kind.__annotations__)
    if unknown := [name for name in values if name not in columns]:
        raise BadInput(f"{table} 没有列 {'、'.join(unknown)}；可用的有 {'、'.join(columns)}")
    usual = {"source": "本单位", "checked_on": date.today().isoformat(), "confidence": "1", "likeness": "1"}
    row = {name: usual[name] for name in columns if name in usual} | values
    key = "|".join(f"{name}={values[name]}" for name in columns if values.get(name))
    row.setdefault("id", f"own:{hashlib.sha256(key.encode()).hexdigest()[:12]}")
    path = Path(folder) / f"{table}.csv"
    try:
        fact = _parse_row(kind, row)
    except (TypeError, ValueError, KeyError) as error:
        raise BadFact(f"{error}；改正后再加") from error
    _append_row(path, table, columns, row)
    return fact


def _append_row(path: Path, table: str, columns: list[str], row: dict[str, str]) -> None:
    """Writes a row in the columns that the table has; what stands in it stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _read_table(path) if path.exists() else ""
    head = next(csv.reader(text.splitlines()), columns)
    if text and any(fact.id == row["id"] for fact in _parse_rows(table, text, str(path))):
        raise BadFact(f"{path} 已有 {row['id']} 这一行；要改请直接改表，或另取 id")
    if missing := [name for name, value in row.items() if value and name not in head]:
        raise BadInput(f"{path} 的第一行没有列 {'、'.join(missing)}；先在第一行末尾补上列名")
    out = io.StringIO()
    writer = csv.DictWriter(out, head, lineterminator="\n", extrasaction="ignore", restval="")
    if not text:
        writer.writeheader()
    elif not text.endswith("\n"):
        out.write("\n")
    writer.writerow(row)
    encoding = "utf-8-sig" if not text or path.read_bytes().startswith(codecs.BOM_UTF8) else _encoding_of(path)
    with path.open("ab") as file:
        file.write(out.getvalue().encode("utf-8" if text and encoding == "utf-8-sig" else encoding))


def _encoding_of(path: Path) -> str:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _read_table(path: Path) -> str:
    """A table of the user's own, as UTF-8 or as the GBK that Excel saves."""
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFact(f"{path}：不是 UTF-8 也不是 GBK；用 Excel 另存为“CSV UTF-8”")


def _parse_rows(table: str, text: str, path: str) -> Iterator[Fact]:
    reader = csv.DictReader(text.splitlines())
    kind = _KINDS[table]
    missing = {name for name in kind.__dataclass_fields__ if name in ("id", "source", "checked_on")} - set(
        reader.fieldnames or ()
    )
    if missing:
        raise BadFact(f"{path}:1：缺少列 {'、'.join(sorted(missing))}；第一行应为列名")
    seen: set[str] = set()
    for number, row in enumerate(reader, 2):
        try:
            fact = _parse_row(kind, row)
            if fact.id in seen:
                raise ValueError(f"{fact.id} 重复出现")
            seen.add(fact.id)
            yield fact
        except (TypeError, ValueError, KeyError) as error:
            raise BadFact(f"{path}:{number}：{error}；改正或删去这一行") from error


def _parse_row(kind: type[Fact], row: dict[str, str]) -> Fact:
    values: dict[str, Any] = {}
    for name, hint in kind.__annotations__.items():
        text = (row.get(name) or "").strip()
        optional = "None" in str(hint)
        if not text and not optional:
            raise ValueError(f"{name} 不能为空")
        if not text:
            values[name] = None
        elif "date" in str(hint):
            values[name] = _parse_date(name, text)
        elif "float" in str(hint):
            values[name] = _parse_share(name, text)
        else:
            values[name] = text
    return kind(**values)


def _parse_date(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name} {text} 不是日期，应写作 2026-11-01") from error


def _parse_share(name: str, text: str) -> float:
    try:
        share = float(text)
    except ValueError as error:
        raise ValueError(f"{name} {text} 不是数") from error
    if not 0 <= share <= 1:
        raise ValueError(f"{name} {text} 不在 0 与 1 之间")
    return share
