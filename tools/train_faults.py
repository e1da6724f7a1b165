"""The weights that say whether a sentence of a report tells a fault: models/faults/model.json, out of corpora/reports.

python tools/train_faults.py        # writes the model, prints what folds by author say
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from rulemine.parse.finding_chance import SIGNS, read_grams
from rulemine.parse.finding_paragraphs import is_narrow, join_paragraphs, split_lines
from rulemine.parse.finding_units import split_pieces
from rulemine.schema import Document
from rulemine.workflow import read_files

ROOT = Path(__file__).parent.parent
REPORTS, FINDINGS = ROOT / "corpora" / "reports", ROOT / "corpora" / "findings"
CASES = ROOT / "tests" / "parse" / "cases" / "reports.txt"
TARGET = ROOT / "models" / "faults" / "model.json"
HELD_OUT = ("o",)
"""Authors whose reports are kept for measuring."""
RARE, FREEDOM, PART_OF_FINDINGS = 3, 3.0, 0.1
"""Times a gram must stand; how freely the weights fit; what a sentence of the labelled findings counts."""


@dataclass(frozen=True)
class Sentences:
    """Sentences, whether each tells a fault, what each counts, and who wrote it."""

    texts: list[str]
    labels: np.ndarray
    weights: np.ndarray
    authors: np.ndarray


def label_sentences(document: Document, issues: list[str]) -> list[tuple[str, bool]]:
    """The sentences of a report outside tables, with whether most of each stands in an issue."""
    places = [at for at, character in enumerate(document.text) if not character.isspace()]
    squeezed = "".join(document.text[at] for at in places)
    inside = np.zeros(len(document.text) + 1, bool)
    for issue in issues:
        bare = re.sub(r"\s", "", issue).strip("。；;")
        at = squeezed.find(bare)
        if at >= 0:
            inside[places[at] : places[at + len(bare) - 1] + 1] = True
    found = []
    for paragraph in join_paragraphs(list(split_lines(document)), narrow=is_narrow(document)):
        for piece in split_pieces(paragraph) if not paragraph.row else ():
            share = inside[list(paragraph.origin[piece.start : piece.end])].mean()
            text = piece.text.strip("，,；;。、：: 　")
            if len(text) >= 5 and not 0.2 <= share <= 0.5:
                found.append((text, bool(share > 0.5)))
    return found


def read_sentences() -> Sentences:
    rows: list[tuple[str, bool, float, str]] = []
    for folder in sorted(p for p in REPORTS.iterdir() if p.is_dir() and p.name not in HELD_OUT):
        for document in read_files(sorted(folder.glob("*.txt"))).documents:
            gold = json.loads(Path(document.path).with_suffix(".json").read_text(encoding="utf-8"))
            told = label_sentences(document, [issue["text"] for issue in gold["issues"]])
            rows += [(text, label, 1.0, folder.name) for text, label in told]
    for case in re.split(r"^#### .*\n", CASES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        issues = re.findall(r"⟦(.*?)⟧", case, flags=re.DOTALL)
        text = re.sub(r"[⟦⟧⟪⟫]|\{[a-z]=[^{}]*\}", "", case)
        told = label_sentences(Document(path="case", sha256="", text=text), issues)
        rows += [(text, label, 1.0, "cases") for text, label in told]
    for path in sorted(FINDINGS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            pieces = re.split("[。；]", json.loads(line)["text"])
            rows += [(piece, True, PART_OF_FINDINGS, "findings") for piece in pieces if len(piece) >= 5]
    texts, labels, weights, authors = (list(column) for column in zip(*rows, strict=True))
    return Sentences(texts, np.array(labels), np.array(weights), np.array(authors))


def measure(texts: list[str], grams: list[str]) -> csr_matrix:
    """One row a sentence: its grams in unit length, then the signs."""
    places = {gram: at for at, gram in enumerate(grams)}
    known = [[places[gram] for gram in sorted(read_grams(text)) if gram in places] for text in texts]
    values = [1 / np.sqrt(len(row)) for row in known for _ in row]
    starts = np.cumsum([0, *map(len, known)])
    table = csr_matrix((values, [at for row in known for at in row], starts), shape=(len(texts), len(grams)))
    signs = np.array([[float(holds(text)) for _, holds in SIGNS] for text in texts])
    return hstack([table, csr_matrix(signs)]).tocsr()


def choose_grams(texts: list[str]) -> list[str]:
    counted = Counter(gram for text in texts for gram in read_grams(text))
    return sorted(gram for gram, number in counted.items() if number >= RARE)


def fit(texts: list[str], labels: np.ndarray, weights: np.ndarray) -> tuple[list[str], LogisticRegression]:
    grams = choose_grams(texts)
    model = LogisticRegression(C=FREEDOM, max_iter=5000)
    model.fit(measure(texts, grams), labels, sample_weight=weights)
    return grams, model


def main() -> None:
    told = read_sentences()
    figures = {}
    for author in sorted(set(told.authors) - {"findings"}):
        here = told.authors == author
        kept = [text for text, out in zip(told.texts, here, strict=True) if not out]
        grams, model = fit(kept, told.labels[~here], told.weights[~here])
        texts = [text for text, wanted in zip(told.texts, here, strict=True) if wanted]
        chances = model.predict_proba(measure(texts, grams))[:, 1]
        labels = told.labels[here]
        figures[author] = {
            "sentences": len(texts),
            "area": round(float(roc_auc_score(labels, chances)), 3),
            "right": round(float(((chances > 0.5) == labels).mean()), 3),
        }
    grams, model = fit(told.texts, told.labels, told.weights)
    weights = model.coef_[0]
    record = {
        "bias": round(float(model.intercept_[0]), 4),
        "signs": {name: round(float(w), 4) for (name, _), w in zip(SIGNS, weights[len(grams) :], strict=True)},
        "grams": {gram: round(float(w), 3) for gram, w in zip(grams, weights, strict=False) if abs(w) >= 0.01},
        "author_left_out": figures,
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(record, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps({"sentences": int((told.weights == 1).sum()), "author_left_out": figures}, ensure_ascii=False))


if __name__ == "__main__":
    main()
