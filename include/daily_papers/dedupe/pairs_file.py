"""Files of record pairs: read what a user gives, write the answers, score labelled ones."""

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from daily_papers.dedupe.match import REPORT_FILE, Fields, match_pairs
from daily_papers.errors import InvalidInputError

COLUMNS: Final = tuple(f"{side}_{name}" for side in ("left", "right") for name in Fields._fields)
ANSWERS: Final = pa.schema(
    [
        pa.field("score", pa.float64(), nullable=False),
        pa.field("decision", pa.bool_(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
_PAIRS_AT_ONCE: Final = 16_384


@dataclass(frozen=True, slots=True)
class Scores:
    """How well the decisions on one labelled file are."""

    file: str
    sha256: str
    pairs: int
    matches: int
    decided: int
    correct: int

    @property
    def precision(self) -> float:
        """Share of the pairs called the same that are."""
        return self.correct / self.decided if self.decided else 0.0

    @property
    def recall(self) -> float:
        """Share of the same pairs that were found."""
        return self.correct / self.matches if self.matches else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.decided + self.matches
        return 2 * self.correct / total if total else 0.0

    @property
    def percentages(self) -> tuple[str, str, str]:
        """Precision, recall and F1 as they are printed."""
        precision, recall, f1 = (
            f"{100 * value:.2f}" for value in (self.precision, self.recall, self.f1)
        )
        return precision, recall, f1


def read_pairs(path: Path) -> tuple[list[Fields], list[Fields], pa.Table]:
    """Read a file's pairs; other columns are left in the table.

    Raises:
        InvalidInputError: no such file, no Parquet, or columns that are missing.
    """
    if not path.is_file():
        raise InvalidInputError(f"{path} is not a file")
    try:
        table = pq.read_table(path, partitioning=None)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise InvalidInputError(f"{path} cannot be read as Parquet: {reason}") from None
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise InvalidInputError(
            f"{path} lacks {', '.join(missing)}; needed are {', '.join(COLUMNS)}"
        )
    left, right = (
        [
            Fields(*values)
            for values in zip(
                *(map(_as_text, table[f"{side}_{name}"].to_pylist()) for name in Fields._fields),
                strict=True,
            )
        ]
        for side in ("left", "right")
    )
    return left, right, table


def match_in_parts(
    left: list[Fields], right: list[Fields], advance: Callable[[int], object] = lambda _: None
) -> pa.Table:
    """Match pairs some thousands at a time; the answers do not depend on the parts."""
    parts = []
    for at in range(0, len(left), _PAIRS_AT_ONCE):
        some = slice(at, at + _PAIRS_AT_ONCE)
        found = match_pairs(left[some], right[some])
        parts.append(pa.table([found.scores, found.decisions, found.reasons], schema=ANSWERS))
        advance(len(found.reasons))
    return pa.concat_tables(parts) if parts else ANSWERS.empty_table()


def score_file(path: Path) -> Scores:
    """Match a labelled file and compare with its column `label` (1: the same).

    Raises:
        InvalidInputError: unreadable, or without labels of 0 and 1.
    """
    left, right, table = read_pairs(path)
    if "label" not in table.column_names:
        raise InvalidInputError(f"{path} lacks label, 1 for a pair that is the same")
    labels = table["label"].to_pylist()
    strange = next((label for label in labels if label not in (0, 1)), None)
    if strange is not None or None in labels:
        raise InvalidInputError(f"{path}: label {strange!r} is neither 0 nor 1")
    decisions = match_in_parts(left, right)["decision"].to_pylist()
    return Scores(
        file=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        pairs=len(labels),
        matches=sum(labels),
        decided=sum(decisions),
        correct=sum(map(bool.__and__, decisions, map(bool, labels))),
    )


def find_labelled(folder: Path) -> list[Path]:
    """Return the labelled files to score, sorted: all but the train parts, which were seen.

    Raises:
        InvalidInputError: there are none.
    """
    files = sorted(path for path in folder.glob("*.parquet") if not path.stem.endswith("_train"))
    if not files:
        raise InvalidInputError(f"{folder} holds no labelled pairs (*.parquet); give --data DIR")
    return files


def as_json(one: Scores) -> dict[str, Any]:
    """Return a file's scores for a script to read."""
    numbers = {"precision": one.precision, "recall": one.recall, "f1": one.f1}
    return asdict(one) | {name: round(value, 6) for name, value in numbers.items()}


def render_section(scores: list[Scores], command: str) -> str:
    """Return the scores, and what the fit measured, as the section of docs/quality.md."""
    report = json.loads(REPORT_FILE.read_text(encoding="utf-8"))
    by_hand = report["hand_set_on_valid"]
    lines = [
        "## Record pairs",
        "",
        f"`{command}`; matcher {report['version']}, threshold {report['threshold']}. The parts "
        "below were not used to fit it. By hand: two thresholds on title and authors and the "
        "year, on the same pairs.",
        "",
        "| file | pairs | same | precision % | recall % | F1 % | by hand F1 % | sha256 |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    for one in scores:
        hand = by_hand.get(one.file.removesuffix("_valid.parquet"), {}).get("f1")
        shown = "" if hand is None else f"{hand:.2f}"
        texts = " | ".join((*one.percentages, shown))
        lines.append(f"| {one.file} | {one.pairs} | {one.matches} | {texts} | `{one.sha256}` |")
    lines += [
        "",
        "Five-fold cross-validation on the train parts, as `scripts/fit_matcher.py` measured it:",
        "",
        "| train part | precision % | recall % | F1 % |",
        "|---|--:|--:|--:|",
    ]
    lines += [
        f"| {name} | {one['precision']:.2f} | {one['recall']:.2f} | {one['f1']:.2f} |"
        for name, one in report["cv_on_train"].items()
    ]
    return "\n".join(lines) + "\n"


def _as_text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, list):
        return ", ".join(map(_as_text, value))
    return str(value)
