"""Held rows: find them, and judge them again from raw/ by today's rules.

Releasing is reprocessing: a row goes free only because the whole day, read again from the
stored responses, lets it through. Nothing is dropped: a released row stays in quarantine
with the time and the version of the rules that let it go.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from daily_papers import ingest, reprocess
from daily_papers.errors import InvalidInputError
from daily_papers.lake import quarantine
from daily_papers.settings import Settings

Row = dict[str, Any]

_LEAST_PREFIX = 6


@dataclass(frozen=True, slots=True)
class Release:
    """What judging a day's held rows again came to; rows are as they were held."""

    listing_date: date
    released: list[Row]
    still_held: list[Row]


def key_of(row: Row, length: int = 64) -> str:
    """Return a row's key: the response's sha256, or its beginning, and the entry's number."""
    return f"{row['raw_sha256'][:length]}:{row['row_no']}"


def read_rows(settings: Settings, first: date, last: date) -> list[Row]:
    """Return held and released rows of the listing days of a range, in order.

    Raises:
        CorruptFileError: a quarantine file cannot be read.
    """
    home = settings.home
    days = [day for day in quarantine.days(home) if first <= day <= last]
    return [row for day in days for row in quarantine.read_day(home, day).to_pylist()]


def find_rows(settings: Settings, key: str) -> list[Row]:
    """Return the row with a key; a row of a week's list may be on several days.

    Args:
        settings: where the lake lies.
        key: "<sha256>:<entry>", of the sha256 at least six characters.

    Raises:
        InvalidInputError: no such row, or several responses begin like this.
    """
    sha256, colon, row_no = key.partition(":")
    if not colon or not (row_no.isascii() and row_no.isdecimal()) or len(sha256) < _LEAST_PREFIX:
        raise InvalidInputError(
            f"{key!r} is no key: expected <sha256>:<entry>, as `daily-papers quarantine list` shows"
        )
    found = [
        row
        for row in read_rows(settings, date.min, date.max)
        if row["raw_sha256"].startswith(sha256) and row["row_no"] == int(row_no)
    ]
    if not found:
        raise InvalidInputError(f"no row {key!r} in quarantine; `quarantine list --all` shows all")
    if len({row["raw_sha256"] for row in found}) > 1:
        raise InvalidInputError(f"{key!r} is the key of {len(found)} rows; give more of the sha256")
    return found


def days_with_held_rows(settings: Settings, first: date, last: date) -> list[date]:
    """Return the days of a range that hold rows back, in order."""
    rows = read_rows(settings, first, last)
    return sorted({row["listing_date"] for row in rows if row["released_at"] is None})


def release_days(days: list[date], settings: Settings, *, dry_run: bool) -> Iterator[Release]:
    """Rebuild days from raw/ and tell which of their held rows pass today's rules.

    Args:
        days: days that hold rows back.
        settings: where, and by which rules.
        dry_run: only tell.

    Raises:
        CorruptFileError: a stored response is damaged.
        StorageError: the disk refused a write.
    """
    for day in days:
        held = [row for row in read_rows(settings, day, day) if row["released_at"] is None]
        (change,) = reprocess.reprocess_days([day], settings, dry_run=dry_run)
        released = set(change.released)
        yield Release(
            day,
            [row for row in held if key_of(row) in released],
            [row for row in held if key_of(row) not in released],
        )


def judge_released(releases: list[Release], settings: Settings) -> None:
    """Hold the days that got rows back against the expectation suite.

    Raises:
        CheckFailedError: names the days that are held back, and why.
    """
    days = [release.listing_date for release in releases if release.released]
    if days:
        ingest.judge_days(days, settings)
