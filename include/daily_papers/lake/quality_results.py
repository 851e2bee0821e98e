"""lake/quality: what the expectation suite said of each landed day."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from daily_papers import schema
from daily_papers.lake.files import list_days, read_parquet, write_parquet


def day_path(home: Path, day: date) -> Path:
    """Return where the verdicts on a listing day lie."""
    return home / "lake" / "quality" / f"listing_date={day.isoformat()}" / "results.parquet"


def write_day(home: Path, day: date, rows: list[dict[str, Any]]) -> None:
    """Write a day's verdicts, replacing those on an earlier state of the day."""
    write_parquet(day_path(home, day), pa.Table.from_pylist(rows, schema.QUALITY_RESULTS))


def read_day(home: Path, day: date) -> list[dict[str, Any]]:
    """Return a day's verdicts, rows of schema.QUALITY_RESULTS; none when never judged."""
    path = day_path(home, day)
    rows: list[dict[str, Any]] = (
        read_parquet(path, schema.QUALITY_RESULTS).to_pylist() if path.exists() else []
    )
    return rows


def read_holding(home: Path, day: date) -> list[dict[str, Any]]:
    """Return the verdicts that keep a day from readers, each with `what` in words."""
    return [
        row | {"what": say(row)}
        for row in read_day(home, day)
        if row["severity"] == "error" and row["is_success"] is False
    ]


def say(row: dict[str, Any]) -> str:
    """Say of a verdict that is not met what was seen, or which rows do not meet it."""
    keys = ", ".join(row["failing_keys"][:3])
    return row["observed_value"] or f"{row['failing_count']} row(s): {keys}"


def days(home: Path) -> list[date]:
    """Return the days that were judged, in order.

    Raises:
        CorruptFileError: a folder that is not of a day lies there.
    """
    files = (home / "lake" / "quality").glob("listing_date=*/results.parquet")
    return list_days(path.parent for path in files)
