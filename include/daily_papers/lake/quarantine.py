"""lake/quarantine: rows that a rule holds back, with the reason; none is ever dropped."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from daily_papers import schema
from daily_papers.lake.files import list_days, read_parquet, write_parquet


def day_path(home: Path, day: date) -> Path:
    """Return where the held rows of a listing day lie."""
    return home / "lake" / "quarantine" / f"listing_date={day.isoformat()}" / "quarantine.parquet"


def write_day(home: Path, day: date, held: Iterable[dict[str, Any]], rules_version: str) -> None:
    """Write a day's held rows; a row held before that passes today stays as released.

    A row that was released and is held again keeps that release among its earlier ones.

    Args:
        home: root of the lake.
        day: the listing date.
        held: rows that today's rules hold back.
        rules_version: version of today's rules, noted with what they release.
    """
    path = day_path(home, day)
    rows = {(row["raw_sha256"], row["row_no"]): row for row in held}
    if not rows and not path.exists():
        return
    for old in read_day(home, day).to_pylist():
        key = (old["raw_sha256"], old["row_no"])
        if key in rows:
            rows[key] = rows[key] | {"earlier_releases": _list_releases(old)}
            continue
        rows[key] = old
        if old["released_at"] is None:
            released = {"released_at": datetime.now(UTC), "released_by_rule_version": rules_version}
            rows[key] = old | released
    if rows:
        ordered = [rows[key] for key in sorted(rows)]
        write_parquet(path, pa.Table.from_pylist(ordered, schema.QUARANTINE))


def _list_releases(row: dict[str, Any]) -> list[dict[str, Any]] | None:
    earlier: list[dict[str, Any]] = row["earlier_releases"] or []
    if row["released_at"] is None:
        return earlier or None
    last = {
        "released_at": row["released_at"],
        "rule_version": row["released_by_rule_version"] or "unknown",
        "reason_code": row["reason_code"],
    }
    return [*earlier, last]


def read_day(home: Path, day: date) -> pa.Table:
    """Return a day's held and released rows, empty without any."""
    path = day_path(home, day)
    if not path.exists():
        return schema.QUARANTINE.empty_table()
    return read_parquet(path, schema.QUARANTINE)


def days(home: Path) -> list[date]:
    """Return the days that have, or had, held rows, in order.

    Raises:
        CorruptFileError: a folder that is not of a day lies there.
    """
    files = (home / "lake" / "quarantine").glob("listing_date=*/quarantine.parquet")
    return list_days(path.parent for path in files)
