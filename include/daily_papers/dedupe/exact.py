"""The same paper under one arXiv id: repeats within an attempt, sightings over time.

Nothing is lost by it: raw/ keeps every response and observations/ every sighting.
"""

from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]


def drop_repeats(rows: Iterable[Row]) -> list[Row]:
    """Keep one row a paper of one attempt's rows: the highest version, then the first.

    v1 and v2 of one id are one paper; pages of a list that grows while it is read
    overlap.
    """
    kept: dict[str, Row] = {}
    for row in rows:
        other = kept.get(row["paper_id"])
        if other is None or (row["version"] or 0) > (other["version"] or 0):
            kept[row["paper_id"]] = row
    return list(kept.values())


def merge_sightings(rows: Iterable[Row]) -> list[Row]:
    """Fold all sightings on one listing day into the best known state of each paper.

    The newest sighting wins field by field, except that a missing field takes nothing
    away and one without counts (title and abstract of a capture) only fills gaps. The
    result does not depend on the order of `rows`.

    Args:
        rows: parsed rows, each with observed_at, source, raw_sha256 and row_no.

    Returns:
        One row a paper, by paper_id, with observation_count, first_observed_at and
        last_observed_at (UTC; of the sightings with counts, if any).
    """
    by_paper: dict[str, list[Row]] = {}
    for row in rows:
        by_paper.setdefault(row["paper_id"], []).append(row)
    return [_fold(by_paper[paper_id]) for paper_id in sorted(by_paper)]


def _fold(sightings: list[Row]) -> Row:
    sightings.sort(
        key=lambda row: (
            row["upvotes"] is not None,
            row["observed_at"],
            row["raw_sha256"],
            row["row_no"],
        )
    )
    best: Row = {}
    for row in sightings:
        best.update({name: value for name, value in row.items() if value is not None})
    versions = [row["version"] for row in sightings if row["version"] is not None]
    for name in sightings[0].keys() - best.keys():
        best[name] = None
    best["version"] = max(versions, default=None)
    best["observation_count"] = len(sightings)
    best["first_observed_at"] = min(row["observed_at"] for row in sightings)
    best["last_observed_at"] = sightings[-1]["observed_at"]
    return best
