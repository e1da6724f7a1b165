"""The learning loop: labelled files → a model; how it does; what to label next; what changed since the model before."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rulemine.classifier import Classifier, load_classifier
from rulemine.classifier.corrections import apply_corrections, read_corrections
from rulemine.classifier.evaluation import Outcome, evaluate_classifier
from rulemine.classifier.examples import Example, load_examples, read_unlabelled
from rulemine.classifier.queue import Queued, queue_labels, queue_texts
from rulemine.classifier.storing import load_model, save_model
from rulemine.encoder import open_encoder
from rulemine.errors import BadInput, BadModel
from rulemine.results import Results
from rulemine.taxonomy import Taxonomy, load_taxonomy

if TYPE_CHECKING:
    from rulemine.classifier.training import Trained

CHANGES = "changes.jsonl"
"""Where a new model lists the texts of which it says something else than the one that it replaces."""


def learn_model(
    labelled: Sequence[Path],
    folder: Path,
    *,
    corrections: Path | None = None,
    taxonomy: str | Path | None = None,
    vectors: str = "words",
    right: float,
) -> dict[str, Any]:
    """A model folder out of labelled files and what people corrected since; its figures on folds by author.

    Where the folder holds a model already, the figures of that one stand beside, and ``changes.jsonl`` lists the texts that
    the two judge differently. Raises BadInput as ``load_examples`` does.
    """
    from rulemine.classifier.training import describe_training, train_classifier

    known = load_taxonomy(taxonomy) if taxonomy else None
    examples = load_examples(labelled, known)
    if corrections:
        examples = apply_corrections(examples, read_corrections(corrections))
    before = _load_before(folder)
    trained = train_classifier(examples, folder.name, encoder=open_encoder(vectors), right=right)
    save_model(trained.model, folder, describe_training(examples, trained.outcome))
    _keep_taxonomy(taxonomy, folder)
    told = trained.outcome.figures()
    if before is None:
        return told
    return {**told, "before": before[1], "changed": _list_changes(before[0], trained, examples, folder / CHANGES)}


def _load_before(folder: Path) -> tuple[Classifier, dict[str, Any]] | None:
    """The model that a folder holds, and what it says of itself; None where there is none that can be read."""
    try:
        settings = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        return load_model(folder), settings.get("folds_by_group", {})
    except (OSError, ValueError, BadModel):
        return None


def _keep_taxonomy(taxonomy: str | Path | None, folder: Path) -> None:
    if taxonomy and Path(taxonomy).is_file():
        shutil.copyfile(taxonomy, folder / "taxonomy.toml")


def _list_changes(before: Classifier, trained: Trained, examples: Sequence[Example], path: Path) -> int:
    """How many texts the new model judges differently, each written with both judgements."""
    texts = [example.text for example in examples]
    old, new = before.probabilities(texts).argmax(axis=1), trained.model.probabilities(texts).argmax(axis=1)
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        for example, was, now in zip(examples, old, new, strict=True):
            row = {"text": example.text, "label": example.label}
            row |= {"before": before.categories[int(was)], "after": trained.model.categories[int(now)]}
            if row["before"] != row["after"]:
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
    return count


def judge_model(
    labelled: Sequence[Path], model: str | Path, taxonomy: str | Path | None = None, page: Path | None = None
) -> dict[str, Any]:
    """Figures of a model on labelled files, with 95 % intervals, by category, and what it takes for what.

    With ``page`` a web page shows them with the curve of calibration. Raises BadInput for a label that the model does not
    know.
    """
    known = load_taxonomy(taxonomy) if taxonomy else None
    chosen = load_classifier(model, known)
    examples = load_examples(labelled, known)
    strange = sorted({example.label for example in examples} - set(chosen.categories))
    if strange:
        raise BadInput(f"模型 {chosen.name} 不认识类别 {'、'.join(strange)}（它有 {'、'.join(chosen.categories)}）")
    outcome = evaluate_classifier(chosen, examples)
    told = {**outcome.figures(), "model": chosen.name, "intervals": outcome.intervals(), **_details(outcome)}
    if page:
        from rulemine.writers.scores import write_scores

        write_scores(page, told, known or load_taxonomy())
    return told


def _details(outcome: Outcome) -> dict[str, Any]:
    return {
        "by_category": outcome.by_category(),
        "confusions": outcome.confusions(),
        "calibration": outcome.calibration(),
        "coverage": outcome.coverage(),
    }


def find_queue(sources: Sequence[Path], model: str | Path, taxonomy: str | Path | None, count: int) -> Results[Queued]:
    """Labels that look wrong (where the files bear labels), then texts to label next: ``count`` of each at most."""
    known = load_taxonomy(taxonomy) if taxonomy else None
    chosen = load_classifier(model, known)
    waiting = [text for source in sources for text in read_unlabelled(source)]
    found = queue_texts(chosen, waiting, count)
    return Results([*_suspect_labels(sources, known, count), *found])


def _suspect_labels(sources: Sequence[Path], known: Taxonomy | None, count: int) -> list[Queued]:
    from rulemine.classifier.training import train_classifier

    try:
        examples = load_examples(sources, known, labelled_only=True)
    except BadInput:
        if any(True for source in sources for _ in read_unlabelled(source)):
            return []
        raise
    return queue_labels(examples, train_classifier(examples).outcome, count)
