"""lake/ledger: one row an attempt at a listing day, and the day states they add up to."""

from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa

from daily_papers import schema
from daily_papers.lake.files import list_days, read_parquet, write_parquet

# a better state of a day is never replaced by a worse one
STATES: Final = ("complete", "empty", "partial", "failed", "unknown")


class DayState(NamedTuple):
    """Where a listing day stands, and the evidence that decided it."""

    state: str  # one of STATES
    reason: str | None
    error: str | None


def day_path(home: Path, day: date) -> Path:
    """Return where the attempts at a listing day lie."""
    return home / "lake" / "ledger" / f"listing_date={day.isoformat()}" / "ledger.parquet"


def write_day(home: Path, day: date, rows: list[dict[str, Any]]) -> None:
    """Write all attempts at a day, rows of schema.LEDGER, oldest first."""
    if rows:
        write_parquet(day_path(home, day), pa.Table.from_pylist(rows, schema.LEDGER))


def read_day(home: Path, day: date) -> list[dict[str, Any]]:
    """Return the attempts at a day, oldest first, as rows of schema.LEDGER."""
    path = day_path(home, day)
    rows: list[dict[str, Any]] = (
        read_parquet(path, schema.LEDGER).to_pylist() if path.exists() else []
    )
    return rows


def days(home: Path) -> list[date]:
    """Return the days that were ever tried, in order.

    Raises:
        CorruptFileError: a folder that is not of a day lies there.
    """
    files = (home / "lake" / "ledger").glob("listing_date=*/ledger.parquet")
    return list_days(path.parent for path in files)


def decide_state(rows: list[dict[str, Any]]) -> DayState:
    """Return the best state that any attempt reached; of equals, the newest.

    A failed or partial attempt never takes back what a complete one proved; rows that
    landed rule out an empty day.
    """
    has_rows = any(row["rows_landed"] for row in rows)
    best: dict[str, Any] = {"state": "unknown", "reason": None, "error": None}
    for row in rows:
        if row["state"] == "empty" and has_rows:
            continue
        if STATES.index(row["state"]) <= STATES.index(best["state"]):
            best = row
    return DayState(best["state"], best["reason"], best["error"])
