"""What the operator promised (settings `slo_*`), and which of it does not hold now.

Each objective has a name, under which docs/runbook.md says what to do.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from daily_papers.lake.files import write_bytes
from daily_papers.settings import Settings
from daily_papers.warehouse import snapshots

if TYPE_CHECKING:
    from daily_papers.status import DayLine

OBJECTIVES = ("freshness", "failures", "completeness", "quarantine", "build_time")
_WHOLE = ("complete", "empty")


@dataclass(frozen=True, slots=True)
class Breach:
    """An objective that does not hold."""

    objective: str
    detail: str
    command: str  # what to run next

    def say(self) -> str:
        """Return it as one line."""
        return f"{self.detail}; run `{self.command}`"


def find_breaches(days: "Sequence[DayLine]", yesterday: date, settings: Settings) -> list[Breach]:
    """Hold the days, and the last build, against the objectives.

    Args:
        days: every day ever tried, oldest first.
        yesterday: the last day whose list has closed.
        settings: the objectives.
    """
    return [
        *_find_stale(days, yesterday, settings),
        *_find_failed(days, yesterday, settings),
        *_find_missing(days, yesterday, settings),
        *_find_held(days, yesterday, settings),
        *_find_slow_build(settings),
    ]


def _find_stale(days: "Sequence[DayLine]", yesterday: date, settings: Settings) -> list[Breach]:
    newest = max((day.listing_date for day in days if day.state in _WHOLE), default=None)
    oldest = yesterday - timedelta(days=settings.slo_fresh_within_d)
    if newest is not None and newest >= oldest:
        return []
    detail = f"no whole day since {oldest} (newest: {newest or 'none'})"
    return [Breach("freshness", detail, _ingest(oldest, yesterday))]


def _find_failed(days: "Sequence[DayLine]", yesterday: date, settings: Settings) -> list[Breach]:
    since = yesterday - timedelta(days=settings.slo_no_failure_within_d)
    return [
        Breach(
            "failures",
            f"{day.listing_date} failed: {day.error}",
            f"daily-papers ingest --date {day.listing_date}",
        )
        for day in days
        if day.state == "failed" and day.listing_date >= since
    ]


def _find_missing(days: "Sequence[DayLine]", yesterday: date, settings: Settings) -> list[Breach]:
    if not days:
        return []
    last = yesterday - timedelta(days=settings.slo_fresh_within_d)
    first = max(last - timedelta(days=settings.slo_window_d - 1), days[0].listing_date)
    count = (last - first).days + 1
    whole = sum(day.state in _WHOLE and first <= day.listing_date <= last for day in days)
    if count < 1 or whole * 100 >= settings.slo_whole_pct * count:
        return []
    detail = (
        f"{whole} of {count} days from {first} to {last} are whole, fewer than "
        f"{settings.slo_whole_pct:g} %"
    )
    return [Breach("completeness", detail, f"daily-papers plan --from {first} --to {last}")]


def _find_held(days: "Sequence[DayLine]", yesterday: date, settings: Settings) -> list[Breach]:
    since = yesterday - timedelta(days=settings.slo_window_d)
    recent = [day for day in days if day.listing_date > since]
    held, landed = sum(day.held for day in recent), sum(day.rows for day in recent)
    if held * 100 <= settings.slo_quarantined_pct * (held + landed):
        return []
    detail = (
        f"{held} of {held + landed} rows of the days after {since} are held back, more than "
        f"{settings.slo_quarantined_pct:g} %"
    )
    return [Breach("quarantine", detail, "daily-papers quarantine list")]


def _find_slow_build(settings: Settings) -> list[Breach]:
    path = _build_note(settings)
    if not path.exists():
        return []
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        if note["seconds"] <= settings.slo_build_within_s:
            return []
        detail = (
            f"the build of {note['snapshot_id']} took {note['seconds']:.0f} s, over "
            f"{settings.slo_build_within_s:g}; longest step: {note['longest_step']}"
        )
    except (ValueError, KeyError, TypeError):
        detail = f"how long the last build took is unknown, {path} is damaged; the next mends it"
    return [Breach("build_time", detail, "daily-papers build --json")]


def note_build(
    settings: Settings, snapshot_id: str, seconds: float, steps: dict[str, float]
) -> None:
    """Keep how long the build of a new snapshot took.

    Args:
        settings: where the warehouse lies.
        snapshot_id: what it published.
        seconds: from its beginning to its end.
        steps: seconds by step, some side by side.
    """
    note = {
        "snapshot_id": snapshot_id,
        "seconds": round(seconds, 3),
        "longest_step": max(steps, key=steps.__getitem__),
    }
    write_bytes(_build_note(settings), f"{json.dumps(note)}\n".encode())


def _build_note(settings: Settings) -> Path:
    return snapshots.warehouse_dir(settings) / "last_build.json"


def _ingest(first: date, last: date) -> str:
    return f"daily-papers ingest --from {first} --to {last}"
