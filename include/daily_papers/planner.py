"""What a range lacks, and what it would cost to fetch it.

Which weekdays have lists, and how long these are, is read from the days that are known;
nothing about weekends or holidays is built in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from daily_papers.lake import ledger
from daily_papers.settings import Settings

WHOLE_STATES = ("complete", "empty")
_HISTORY_DAYS = 8  # of the same weekday


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A day that is not whole, and what fetching it is expected to take."""

    listing_date: date
    state: str
    reason: str | None
    expected_count: int | None  # papers, from whole days of the same weekday nearby
    requests: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The gaps of a range."""

    first: date
    last: date
    days: list[PlannedDay]
    whole_count: int
    requests: int
    seconds: float  # estimate


def plan(first: date, last: date, settings: Settings) -> Plan:
    """List the days of a range that are not whole.

    Args:
        first: first day, included.
        last: last day, included.
        settings: page size and pace of the source.

    Raises:
        CorruptFileError: a ledger file cannot be read.
    """
    rows_by_day = {day: ledger.read_day(settings.home, day) for day in ledger.days(settings.home)}
    known = {day: count for day, rows in rows_by_day.items() if (count := _whole_count(rows)) >= 0}
    gaps = []
    whole_count = 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        state = ledger.decide_state(rows_by_day.get(day, []))
        if state.state in WHOLE_STATES:
            whole_count += 1
            continue
        expected = expect_count(day, known)
        pages = 1 if expected is None else expected // settings.page_size + 1
        gaps.append(PlannedDay(day, state.state, state.reason, expected, pages))
    requests = sum(gap.requests for gap in gaps)
    pace_s = max(_seconds_per_request(rows_by_day.values()), settings.request_interval_s)
    return Plan(first, last, gaps, whole_count, requests, round(requests * pace_s, 1))


def expect_count(day: date, known: dict[date, int]) -> int | None:
    """Return the median length of the nearest whole lists of the same weekday.

    Args:
        day: the day in question.
        known: number of papers of each whole day (0: known to be empty).

    Returns:
        None when no such day is known.
    """
    same = [other for other in known if other.weekday() == day.weekday() and other != day]
    nearest = sorted(same, key=lambda other: (abs((other - day).days), other))[:_HISTORY_DAYS]
    return round(median(known[other] for other in nearest)) if nearest else None


def _whole_count(rows: list[dict[str, Any]]) -> int:
    """Return how many papers a whole day has; -1 when it is not whole."""
    if ledger.decide_state(rows).state not in WHOLE_STATES:
        return -1
    return max((int(row["rows_landed"]) for row in rows), default=0)


def _seconds_per_request(days: Iterable[list[dict[str, Any]]]) -> float:
    """Return the median time of a request so far; 0 when none was timed."""
    timed = [
        row["seconds"] / row["requests"]
        for rows in days
        for row in rows
        if row["seconds"] is not None and row["requests"]
    ]
    return median(timed) if timed else 0.0
