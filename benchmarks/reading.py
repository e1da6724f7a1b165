"""Reading: PDF pages a second beside pdfplumber in one run, with the same tables; text a minute; every character accounted for.

python benchmarks/reading.py ../shared
"""

from __future__ import annotations

import io
import json
import lzma
import sys
import time
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pdfplumber
import pypdfium2

from rulemine.parse.rules import parse_rules
from rulemine.readers import read_all
from rulemine.readers.assembly import SourceFile
from rulemine.readers.pdf import PdfReader
from rulemine.readers.pdflines import find_transform
from rulemine.readers.pdfrulings import THIN, find_rulings
from rulemine.readers.pdftables import find_tables
from rulemine.readers.plain import PlainReader
from rulemine.readers.word import WordReader
from rulemine.schema import Document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SAMPLE_BYTES = 6_000_000


def measure_pdf(shared: Path) -> dict[str, object]:
    """Our text with tables, in this process and in two workers as the commands read, against pdfplumber's
    ``extract_text`` and ``find_tables`` over the same pages in one process.
    """
    files = [
        p for p in sorted((shared / "data" / "docs").glob("*.pdf")) if "GMT0031" not in p.name
    ]  # garbage layer: OCR
    begun = time.perf_counter()
    for path in files:
        PdfReader().read(SourceFile(path=str(path), suffix=".pdf", data=path.read_bytes()), "final")
    ours = time.perf_counter() - begun
    begun = time.perf_counter()
    if any(not isinstance(result, Document) for result in read_all(files, jobs=2)):
        raise SystemExit("a file could not be read: the figure would flatter")
    in_two = time.perf_counter() - begun
    begun, pages = time.perf_counter(), 0
    for path in files:
        with pdfplumber.open(path) as document:
            for page in document.pages:
                page.extract_text()
                page.find_tables()
                page.close()
                pages += 1
    theirs = time.perf_counter() - begun
    return {
        "pages": pages,
        "pages_a_second_one_core": round(pages / ours, 1),
        "pdfplumber_pages_a_second": round(pages / theirs, 1),
        "ratio": round(theirs / ours, 1),
        "pages_a_second_two_workers": round(pages / in_two, 1),
        "ratio_two_workers": round(theirs / in_two, 1),
    } | compare_tables(files)


def compare_tables(files: list[Path]) -> dict[str, int]:
    """Tables of two columns or more, and their rows, that both find with the same cells."""
    ours = theirs = same = rows = 0
    for path in files:
        document = pypdfium2.PdfDocument(path)
        with pdfplumber.open(path) as peer:
            for index, peer_page in enumerate(peer.pages):
                page = document[index]
                found = [
                    [[cell is not None for cell in row] for row in table.rows]
                    for table in find_tables(find_rulings(page, find_transform(page)))
                ]
                known = [
                    [[cell is not None for cell in row.cells] for row in table.rows]
                    for table in peer_page.filter(_may_rule).find_tables()
                    if max(len(row.cells) for row in table.rows) > 1
                ]
                ours, theirs, rows = ours + len(found), theirs + len(known), rows + sum(map(len, known))
                same += sum(table in found for table in known)
                peer_page.close()
    return {"tables": ours, "pdfplumber_tables": theirs, "same_tables": same, "rows": rows}


def _may_rule(item: dict[str, object]) -> bool:
    """Shading behind cells makes phantom columns in pdfplumber: it is taken out for both."""
    is_shading = item["object_type"] in ("rect", "curve") and item.get("fill") and not item.get("stroke")
    return not (is_shading and item["width"] > THIN and item["height"] > THIN)  # type: ignore[operator]


def measure_text(shared: Path) -> dict[str, object]:
    """Megabytes (UTF-8) a minute on one core: law texts as txt and as docx, read, and read into finished rules."""
    texts, size = [], 0
    with lzma.open(shared / "data" / "laws.jsonl.xz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            texts.append(row["text"])
            size += len(row["text"].encode())
            if size > SAMPLE_BYTES:
                break
    figures: dict[str, object] = {"megabytes": round(size / 1e6, 1)}
    for name, reader, make in (("txt", PlainReader(), str.encode), ("docx", WordReader(), make_docx)):
        sources = [SourceFile(path=f"a.{name}", suffix=f".{name}", data=make(text)) for text in texts]
        begun = time.perf_counter()
        documents = [reader.read(source, "final").to_document("a", "0" * 64) for source in sources]
        read = time.perf_counter() - begun
        parsed = _time_parsing(documents)
        figures[f"{name}_read_mb_a_minute"] = round(size / 1e6 / read * 60)
        figures[f"{name}_rules_with_citations_mb_a_minute"] = round(size / 1e6 / (read + parsed) * 60)
    return figures


def _time_parsing(documents: list[Document]) -> float:
    begun = time.perf_counter()
    for document in documents:
        list(parse_rules(document))
    return time.perf_counter() - begun


def make_docx(text: str) -> bytes:
    """A Word file with a paragraph for each line."""
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.splitlines())
    out = io.BytesIO()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{kind}" Target="word/document.xml"/></Relationships>',
        )
        package.writestr("word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')
    return out.getvalue()


def measure_coverage(shared: Path) -> dict[str, object]:
    """Files whose every character is in the text, in a block outside it or in a warning."""
    results = list(read_all([shared / "data" / "docs"]))
    documents = [result for result in results if isinstance(result, Document)]
    lost = [document.path for document in documents if not document.coverage().is_complete]
    return {"read": len(documents), "refused": len(results) - len(documents), "complete": len(documents) - len(lost)}


def measure(shared: Path) -> dict[str, object]:
    """All of it."""
    return {"pdf": measure_pdf(shared), "text": measure_text(shared), "coverage": measure_coverage(shared)}


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1])), ensure_ascii=False))
