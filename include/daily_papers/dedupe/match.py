"""Decide whether two bibliographic records are the same publication, and say why.

Features of the pair (features.py) go through a forest fitted on labelled pairs
(data/README.md says on which, and how well it does). Three rules stand above it, because
labelled pairs hold too few such cases to learn from: another part of a series, an erratum,
and another venue in two records that are careful enough to be believed, are other
publications.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from daily_papers.dedupe.background import DATA_DIR, Background, load_background
from daily_papers.dedupe.features import FEATURES, GROUPS, Record, compute_features, parse_record
from daily_papers.dedupe.forest import Forest, load_forest

FOREST_FILE: Final = DATA_DIR / "matcher.npz"
REPORT_FILE: Final = DATA_DIR / "matcher.json"
_RULED_OUT: Final = 0.01  # score of a pair that a rule decided
_CAREFUL: Final = 0.75  # share of names written out from which on a record's venue is believed
_SPEAKS: Final = 0.15  # log-odds from which on a group is named in the reason
_GROUP_NAMES: Final = tuple(dict.fromkeys(GROUPS.values()))


class Fields(NamedTuple):
    """A record as given."""

    title: str
    authors: str
    venue: str
    year: str


@dataclass(frozen=True)
class Matcher:
    """Forest, word weights and threshold: everything a decision depends on."""

    forest: Forest
    background: Background
    threshold: float
    version: str


@dataclass(frozen=True)
class Matches:
    """Answers for pairs, in their order."""

    scores: npt.NDArray[np.float64]  # 0 to 1
    decisions: npt.NDArray[np.bool_]
    reasons: list[str]


@lru_cache(maxsize=1)
def load_matcher() -> Matcher:
    """Read the committed artefact."""
    report = json.loads(REPORT_FILE.read_text(encoding="utf-8"))
    if report["features"] != list(FEATURES):
        raise AssertionError(f"{FOREST_FILE} was fitted on other features: scripts/fit_matcher.py")
    return Matcher(
        load_forest(FOREST_FILE), load_background(), report["threshold"], report["version"]
    )


def match_pairs(
    left: Sequence[Fields], right: Sequence[Fields], matcher: Matcher | None = None
) -> Matches:
    """Score and decide pairs; pair i is left[i] with right[i]. Swapping sides changes nothing."""
    matcher = matcher or load_matcher()
    records = [parse_record(*one) for one in left], [parse_record(*one) for one in right]
    return match_records(*records, matcher)


def match_records(left: Sequence[Record], right: Sequence[Record], matcher: Matcher) -> Matches:
    """Score and decide pairs of parsed records."""
    rows = compute_features(left, right, matcher.background)
    scores, shares = matcher.forest.evaluate(rows, _group_numbers())
    rules = [find_rule(a, b) for a, b in zip(left, right, strict=True)]
    scores[[rule is not None for rule in rules]] = _RULED_OUT
    scores = np.round(scores, 6)
    decisions = scores >= matcher.threshold
    reasons = [
        rule or _explain(a, b, dict(zip(FEATURES, row, strict=True)), share)
        for a, b, rule, row, share in zip(
            left, right, rules, rows.tolist(), shares.tolist(), strict=True
        )
    ]
    return Matches(scores, decisions, reasons)


def find_rule(left: Record, right: Record) -> str | None:
    """Return why two records cannot be the same, where no model is needed to see it."""
    if not left.words or not right.words:
        return "ruled out: a record is empty"
    if left.part and right.part and left.part != right.part:
        return f"ruled out: another part, {' and '.join(sorted((left.part, right.part)))}"
    if left.is_erratum != right.is_erratum:
        return "ruled out: one corrects a publication, the other does not"
    venues = sorted({left.venue_family, right.venue_family} - {""})
    # catalogues that shorten names to initials mix up a paper's venues as well
    are_careful = min(left.names_written_out, right.names_written_out) >= _CAREFUL
    if len(venues) == 2 and are_careful:
        return f"ruled out: another venue, {' and '.join(venues)}, and both records write names out"
    return None


def _explain(left: Record, right: Record, row: dict[str, float], shares: Sequence[float]) -> str:
    """Say what the records have in common, and which of it spoke for or against."""
    facts = [f"titles {100 * row['title_ratio']:.0f} % alike"]
    if row["authors_matched"] == row["authors_matched"]:
        fewer, more = int(row["authors_count_least"]), int(row["authors_count_most"])
        facts.append(f"authors {row['authors_matched']:.1f} of {fewer}/{more}")
    elif row["authors_in_text_most"] == row["authors_in_text_most"]:
        facts.append(f"authors {100 * row['authors_in_text_most']:.0f} % in the other's text")
    venues = sorted(one.venue_family or one.venue_kind for one in (left, right))
    if all(venues):
        facts.append("both " + venues[0] if venues[0] == venues[1] else " and ".join(venues))
    if row["years_known"] == 2:
        apart = int(row["years_apart"])
        facts.append("same year" if not apart else f"{apart} years apart")
    spoken = sorted(zip(_GROUP_NAMES, shares, strict=True), key=lambda pair: -abs(pair[1]))
    speaks_for = [f"{name} +{share:.1f}" for name, share in spoken if share >= _SPEAKS]
    against = [f"{name} {share:.1f}" for name, share in spoken if share <= -_SPEAKS]
    text = ", ".join(facts)
    if speaks_for:
        text += f"; for: {', '.join(speaks_for)}"
    if against:
        text += f"; against: {', '.join(against)}"
    return text


@lru_cache(maxsize=1)
def _group_numbers() -> npt.NDArray[np.intp]:
    return np.array([_GROUP_NAMES.index(GROUPS[name]) for name in FEATURES])
