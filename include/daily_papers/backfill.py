"""Fetch what a range lacks, many days in one go: the fast path of CLI and DAG."""

from collections.abc import Iterator, Mapping
from datetime import date

from daily_papers import ingest, planner
from daily_papers.errors import DaysFailedError
from daily_papers.settings import Settings
from daily_papers.sources import Source, open_source

_NAMED = 20


def days_to_fetch(
    first: date, last: date, settings: Settings, source: Source, *, again: bool
) -> list[date]:
    """Return the days of a range to ask a source for.

    A live source is asked only for days that are not whole, so that a run that was cut
    off goes on where it stopped; a replay costs nobody anything and is read whole.

    Args:
        first: first day, included.
        last: last day, included.
        settings: where the ledger lies.
        source: where the days come from.
        again: ask for whole days too.
    """
    days = source.days(first, last)
    if again or not source.is_live:
        return days
    gaps = {day.listing_date for day in planner.plan(first, last, settings).days}
    return [day for day in days if day in gaps]


def land_range(
    first: date, last: date, settings: Settings, source: Source, *, again: bool = False
) -> Iterator[ingest.LandedDay]:
    """Fetch and land what a range lacks; yield each day. Nothing is judged yet."""
    days = days_to_fetch(first, last, settings, source, again=again)
    yield from ingest.ingest_days(days, settings, source)


def backfill_range(first: date, last: date, settings: Settings) -> int:
    """Fetch, land and judge what a range lacks; return the number of days landed.

    Raises:
        InvalidInputError: a range that can have no lists.
        DaysFailedError: some days failed; the others are landed, the message names them.
        CheckFailedError: some days are held back.
    """
    ingest.check_range(first, last)
    source = open_source(settings.source, settings)
    landed = list(land_range(first, last, settings, source))
    ingest.judge_days([day.listing_date for day in landed if day.is_landed], settings)
    failed = {day.listing_date: day.error for day in landed if day.state == "failed"}
    if failed:
        raise DaysFailedError(
            f"{describe_failed(failed, len(landed))}; run again for these, the others are landed"
        )
    return len(landed)


def describe_failed(failed: Mapping[date, str | None], tried_count: int) -> str:
    """Name the days of a range that failed, and say why the first of them did.

    Args:
        failed: each day's error.
        tried_count: days of the range.
    """
    first, *others = sorted(failed)
    text = f"{len(failed)} of {tried_count} days failed, first {first}: {failed[first]}"
    if others:
        text += f"; also {', '.join(str(day) for day in others[:_NAMED])}"
    if len(others) > _NAMED:
        text += f" and {len(others) - _NAMED} more"
    return text
