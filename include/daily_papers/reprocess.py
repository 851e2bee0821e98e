"""Rebuild the lake of any range from raw/ with today's rules, and show what changes.

The same call that lands a day rebuilds it, so that files come out byte-identical when
no rule changed.
"""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from daily_papers import ingest
from daily_papers.errors import CorruptFileError, DaysFailedError
from daily_papers.lake import ledger, papers, quarantine, raw, version
from daily_papers.settings import Settings

logger = logging.getLogger(__name__)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DayChange:
    """What rebuilding a day changes, by paper."""

    listing_date: date
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: dict[str, dict[str, tuple[Any, Any]]] = field(default_factory=dict)  # old, new
    held: list[str] = field(default_factory=list)  # "sha256:row_no", newly in quarantine
    released: list[str] = field(default_factory=list)  # "sha256:row_no", no longer held

    @property
    def is_empty(self) -> bool:
        """Whether the day stays as it is."""
        return not (self.added or self.removed or self.changed or self.held or self.released)


def reprocess_days(days: list[date], settings: Settings, *, dry_run: bool) -> Iterator[DayChange]:
    """Rebuild days from raw/ alone; yield what each rebuild changes.

    Args:
        days: listing dates that raw/ holds something of.
        settings: where, and by which rules.
        dry_run: rebuild beside the lake, compare, and throw the rebuilt day away.

    Raises:
        CorruptFileError: a stored response is damaged.
        StorageError: the disk refused a write.
    """
    home = settings.home
    for day in days:
        before = _read(home, day)
        if dry_run:
            after = _rebuild_beside(day, settings)
        else:
            ingest.land_day(day, settings)
            after = _read(home, day)
        yield _compare(day, before, after)


def reprocess_range(first: date, last: date, settings: Settings) -> int:
    """Rebuild, log every change, judge; return the number of days that changed.

    Raises:
        CheckFailedError: names the days that are held back, and why.
        DaysFailedError: names the days that raw/ lost; the others are rebuilt.
    """
    days = stored_days(first, last, settings)
    lost = lost_days(first, last, settings)
    if lost:
        logger.warning(describe_lost(lost, settings))
    changed_count = 0
    for change in reprocess_days(days, settings, dry_run=False):
        if not change.is_empty:
            changed_count += 1
            logger.info("%s changed: %s", change.listing_date, asdict(change))
    note_rebuilt(days, settings)
    ingest.judge_days(days, settings)
    if lost:
        raise DaysFailedError(describe_lost(lost, settings))
    return changed_count


def note_rebuilt(days: list[date], settings: Settings) -> None:
    """Say that the lake is of today's version, if these are all of its days."""
    is_all = days == raw.stored_days(settings.home / "raw")
    if is_all and not lost_days(date.min, date.max, settings):
        version.stamp(settings.home)


def stored_days(first: date, last: date, settings: Settings) -> list[date]:
    """Return the days of a range that raw/ holds something of."""
    return [day for day in raw.stored_days(settings.home / "raw") if first <= day <= last]


def lost_days(first: date, last: date, settings: Settings) -> list[date]:
    """Return the days of a range that the lake knows and raw/ holds nothing of any more."""
    known = {*ledger.days(settings.home), *papers.days(settings.home)}
    lost = known.difference(raw.stored_days(settings.home / "raw"))
    return sorted(day for day in lost if first <= day <= last)


def describe_lost(lost: list[date], settings: Settings) -> str:
    """Name the days that cannot be rebuilt, and say what helps."""
    text = f"{len(lost)} days stay as they are, {lost[0]}"
    if len(lost) > 1:
        text += f" .. {lost[-1]}"
    return (
        f"{text}: the lake has them, but {settings.home / 'raw'} holds nothing of them any more; "
        "raw/ cannot be rebuilt: restore it from a backup, then run the same command again"
    )


def _rebuild_beside(day: date, settings: Settings) -> tuple[dict[str, Row], set[str]]:
    settings.home.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".reprocess-", dir=settings.home))
    try:
        (beside / "raw").symlink_to((settings.home / "raw").absolute())
        ingest.land_day(day, settings.model_copy(update={"home": beside}))
        return _read(beside, day)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _read(home: Path, day: date) -> tuple[dict[str, Row], set[str]]:
    """Return a day's papers by id and the keys of its held rows; damage reads as absence."""
    try:
        rows = {row["paper_id"]: row for row in papers.read_day(home, day).to_pylist()}
    except CorruptFileError:
        rows = {}
    held = {
        f"{row['raw_sha256']}:{row['row_no']}"
        for row in quarantine.read_day(home, day).to_pylist()
        if row["released_at"] is None
    }
    return rows, held


def _compare(
    day: date, before: tuple[dict[str, Row], set[str]], after: tuple[dict[str, Row], set[str]]
) -> DayChange:
    (old_rows, old_held), (new_rows, new_held) = before, after
    changed = {}
    for paper_id in sorted(old_rows.keys() & new_rows.keys()):
        old, new = old_rows[paper_id], new_rows[paper_id]
        differences = {name: (old[name], new[name]) for name in new if old[name] != new[name]}
        if differences:
            changed[paper_id] = differences
    return DayChange(
        listing_date=day,
        added=sorted(new_rows.keys() - old_rows.keys()),
        removed=sorted(old_rows.keys() - new_rows.keys()),
        changed=changed,
        held=sorted(new_held - old_held),
        released=sorted(old_held - new_held),
    )
