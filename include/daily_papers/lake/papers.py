"""lake/papers: the best known state of each paper, one partition a listing day."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from daily_papers import schema
from daily_papers.dedupe.exact import merge_sightings
from daily_papers.errors import CorruptFileError
from daily_papers.lake.files import list_days, read_parquet, remove, write_parquet


def partition_path(home: Path, day: date) -> Path:
    """Return where the papers of a listing day lie."""
    return home / "lake" / "papers" / f"listing_date={day.isoformat()}" / "papers.parquet"


def write_day(
    home: Path, day: date, sightings: Iterable[dict[str, Any]], stored_sha256: set[str]
) -> int:
    """Write a day's partition from all its sightings; return the number of papers.

    Args:
        home: root of the lake.
        day: the listing date.
        sightings: every row that passed, of every response.
        stored_sha256: what raw/ holds of the day.

    Raises:
        CorruptFileError: the partition there came from responses that raw/ no longer
            has; rewriting it would lose what only it still knows.
    """
    rows = merge_sightings(sightings)
    path = partition_path(home, day)
    if path.exists():
        _refuse_loss(path, stored_sha256)
        if not rows:  # no response has a row that passes today's rules
            remove(path)
    if rows:
        for row in rows:
            row["listing_date"] = day
        write_parquet(path, pa.Table.from_pylist(rows, schema.PAPERS))
    return len(rows)


def _refuse_loss(path: Path, stored_sha256: set[str]) -> None:
    try:
        sources = pq.read_table(path, columns=["raw_sha256"], partitioning=None)["raw_sha256"]
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return  # damaged: nothing in it to lose, it is rebuilt
    missing = set(sources.to_pylist()) - stored_sha256
    if missing:
        raise CorruptFileError(
            f"{path} was made from {len(missing)} response(s) that raw/ does not have "
            f"(sha256 {min(missing)[:12]}…): restore raw/ from a backup, or move the file away"
        )


def read_day(home: Path, day: date) -> pa.Table:
    """Return a day's partition; without one, an empty table of schema.PAPERS."""
    path = partition_path(home, day)
    return read_parquet(path, schema.PAPERS) if path.exists() else schema.PAPERS.empty_table()


def days(home: Path) -> list[date]:
    """Return the listing days that have a partition, in order.

    Raises:
        CorruptFileError: a folder that is not of a day lies there.
    """
    files = (home / "lake" / "papers").glob("listing_date=*/papers.parquet")
    return list_days(path.parent for path in files)
