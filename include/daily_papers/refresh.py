"""Look again at the last listing days: upvotes settle in one to two weeks.

One response of the week endpoint covers seven days, so that two weeks cost a handful of
requests. The weeks looked at longest ago come first, and a budget bounds each run; if
the week endpoint fails, single days are asked for instead.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from daily_papers import ingest, logs
from daily_papers.lake import ledger, raw
from daily_papers.settings import Settings
from daily_papers.sources.huggingface import LiveSource
from daily_papers.sources.listings import API_WEEK
from daily_papers.sources.response import FailedFetch, Response

_log = logging.getLogger(__name__)
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def refresh_and_judge(settings: Settings) -> int:
    """Refresh, then judge what was seen; return the number of days.

    Raises:
        CheckFailedError: some days are held back.
    """
    landed = refresh_recent(settings)
    ingest.judge_days([day.listing_date for day in landed], settings)
    return len(landed)


@logs.step("refresh")
def refresh_recent(settings: Settings, today: date | None = None) -> list[ingest.LandedDay]:
    """Re-observe the last `refresh_days` listing days within `refresh_max_requests`.

    Args:
        settings: where, how politely, and how much.
        today: the UTC day of the run; default now.

    Returns:
        Every day that was seen again, landed; none where the source is a replay, which has
        nothing new to say: see `find_obstacle`.

    Raises:
        StorageError: the disk refused a write.
    """
    obstacle = find_obstacle(settings)
    if obstacle:
        _log.info(obstacle)
        return []
    today = today or datetime.now(UTC).date()
    source = LiveSource(settings)
    budget = settings.refresh_max_requests
    landed: dict[date, ingest.LandedDay] = {}
    for monday in _weeks_by_staleness(settings, today):
        if landed and _pages_expected(settings, monday) > budget:
            continue
        budget -= _store(source.fetch_week(monday, budget), settings)
        week = [monday + timedelta(days=number) for number in range(7)]
        days = [day for day in week if day <= today]
        landed.update((day, ingest.land_day(day, settings)) for day in days)
        if any(landed[day].attempts[-1].state == "failed" for day in days):
            for day in sorted(days, key=lambda day: _last_seen_at(settings, day)):
                if budget <= 0:
                    break
                budget -= _store(source.fetch_day(day, budget), settings)
                landed[day] = ingest.land_day(day, settings)
        if budget <= 0:
            break
    return [landed[day] for day in sorted(landed)]


def find_obstacle(settings: Settings) -> str | None:
    """Say why no day is looked at again; None when the source is live."""
    if settings.source == "live":
        return None
    return f"{settings.source} is not the live source; no day is looked at again"


def _weeks_by_staleness(settings: Settings, today: date) -> list[date]:
    first = max(today - timedelta(days=settings.refresh_days), ingest.FIRST_LISTING_DATE)
    mondays = {API_WEEK.first_day(first), API_WEEK.first_day(today)}
    mondays.update(
        API_WEEK.first_day(first + timedelta(days=n)) for n in range((today - first).days)
    )
    # of equally stale weeks the newest first: there the upvotes move most
    return sorted(mondays, key=lambda day: (_week_seen_at(settings, day), -day.toordinal()))


def _week_seen_at(settings: Settings, monday: date) -> datetime:
    seen = [
        stored.attempt_at
        for stored in raw.read_day(settings.home / "raw", monday)
        if stored.source == API_WEEK.name
    ]
    return max(seen, default=_NEVER)


def _last_seen_at(settings: Settings, day: date) -> datetime:
    rows = ledger.read_day(settings.home, day)
    return max((row["attempt_at"].replace(tzinfo=UTC) for row in rows), default=_NEVER)


def _pages_expected(settings: Settings, monday: date) -> int:
    """Return how many pages the week is known to fill."""
    counts = [
        max((row["rows_landed"] for row in ledger.read_day(settings.home, day)), default=0)
        for day in (monday + timedelta(days=n) for n in range(7))
    ]
    return int(sum(counts)) // settings.page_size + 1


def _store(items: Iterator[Response | FailedFetch], settings: Settings) -> int:
    """Store what comes; return the number of requests that it took."""
    requests = 0
    for item in items:
        raw.store(settings.home, item)
        requests += item.requests
    return requests
