"""One listing day, or a range, from the source to judged rows in the lake.

fetch stores responses in raw/; land rebuilds the day's part of the lake from raw/ alone,
so that any order of fetches, a rerun or a second run in parallel end the same.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from daily_papers import logs
from daily_papers.attempts import Attempt, judge_attempts
from daily_papers.dedupe.titles import reconcile_rows
from daily_papers.errors import (
    BusyError,
    CorruptFileError,
    DailyPapersError,
    InvalidInputError,
    SourceError,
)
from daily_papers.lake import ledger, observations, papers, quarantine, raw, shapes, version
from daily_papers.lake.files import lock
from daily_papers.quality import rules
from daily_papers.settings import Settings
from daily_papers.sources import Source, open_source

_log = logging.getLogger(__name__)

FIRST_LISTING_DATE = date(2023, 5, 4)  # the first list there is
_PARTS_OF_DAY = ("papers", "quarantine", "ledger", "shapes")
NOT_LANDED: Final = "not_landed"
_LONGEST_FAULT = 200  # characters of a message that may quote what it stumbled over


@dataclass(frozen=True, slots=True)
class LandedDay:
    """A day after landing: its state by all attempts so far, and its rows."""

    listing_date: date
    state: str
    reason: str | None
    error: str | None
    paper_count: int
    attempts: tuple[Attempt, ...]

    @property
    def is_landed(self) -> bool:
        """Whether the lake now has what raw/ says of the day."""
        return self.reason != NOT_LANDED

    @property
    def quarantined_count(self) -> int:
        """Rows of all attempts that are held back."""
        return sum(len(attempt.held) for attempt in self.attempts)


def check_listing_date(day: date) -> None:
    """Refuse a day that can have no list.

    Raises:
        InvalidInputError: before 2023-05-04, or in the future.
    """
    today = datetime.now(UTC).date()
    if day < FIRST_LISTING_DATE:
        raise InvalidInputError(f"{day} is before the first list, {FIRST_LISTING_DATE}")
    if day > today:
        raise InvalidInputError(f"{day} is in the future: today is {today} (UTC)")


def check_range(first: date, last: date) -> None:
    """Refuse a range that runs backwards or holds days that can have no list.

    Raises:
        InvalidInputError: says which end is wrong.
    """
    check_listing_date(first)
    check_listing_date(last)
    if first > last:
        raise InvalidInputError(f"--from {first} is after --to {last}")


@logs.step_of_day("fetch")
def fetch_day(day: date, settings: Settings, source: Source | None = None) -> list[str]:
    """Fetch a day and store every response; return the paths of their meta files.

    Raises:
        InvalidInputError: a day that can have no list, or a replay that lacks it.
        SourceError: nothing usable came; the ledger has the attempt with its reason.
        StorageError: the disk refused a write.
    """
    check_listing_date(day)
    source = source or open_source(settings.source, settings)
    paths = [
        raw.store(settings.home, item, is_durable=source.is_live) for item in source.fetch_day(day)
    ]
    if not paths:
        raise InvalidInputError(f"{settings.source} holds no response of {day}")
    fetched = set(paths)
    stored = [r for r in raw.read_day(settings.home / "raw", day) if r.meta_path in fetched]
    attempts = judge_attempts(day, stored, settings)
    if all(attempt.state == "failed" for attempt in attempts):
        land_day(day, settings)
        reasons = "; ".join(f"{a.source.name}: {a.reason}: {a.error}" for a in attempts)
        raise SourceError(f"{day} failed: {reasons}")
    return [str(path) for path in paths]


@logs.step_of_day("land")
def land_day(day: date, settings: Settings) -> LandedDay:
    """Rebuild a day's papers, observations, quarantine, shapes and ledger from raw/.

    Changes nothing when nothing new was stored. The ledger is written last: a day that
    was cut off halfway is put right by the next call.

    Raises:
        BusyError: another process has been landing this day for too long.
        CorruptFileError: a stored file is damaged.
        StorageError: the disk refused a write.
    """
    home = settings.home
    lock_path = home / "locks" / f"listing_date={day.isoformat()}.lock"
    of_day = [f"lake/{part}/listing_date={day}/" for part in _PARTS_OF_DAY] + raw.folders_of(day)
    with lock(lock_path, settings.lock_timeout_s, of_day):
        version.stamp_new(home)
        stored = raw.read_day(home / "raw", day)
        attempts = judge_attempts(day, stored, settings)
        reconcile_rows(row for attempt in attempts for row in attempt.rows)
        held = (row for attempt in attempts for row in attempt.held)
        quarantine.write_day(home, day, held, rules.RULES_VERSION)
        for attempt in attempts:
            for response, rows in attempt.rows_by_response():
                observations.write_response(home, day, response, rows)
        rows_of_day = (row for attempt in attempts for row in attempt.rows)
        sha256_of_day = {response.sha256 or "" for response in stored}
        paper_count = papers.write_day(home, day, rows_of_day, sha256_of_day)
        shapes.write_day(home, day, [(a.source.name, a.attempt_at, a.shapes) for a in attempts])
        ledger_rows = [attempt.ledger_row() for attempt in attempts]
        _warn_of_drift(home, day, ledger_rows)
        ledger.write_day(home, day, ledger_rows)
    state = ledger.decide_state(ledger_rows)
    return LandedDay(day, *state, paper_count, tuple(attempts))


def _warn_of_drift(home: Path, day: date, rows: list[dict[str, Any]]) -> None:
    """Log each finding that the day's ledger does not hold yet."""
    found = {(row["source"], text): None for row in rows for text in row["drift"]}
    if not found:
        return
    try:
        told = {
            (row["source"], text) for row in ledger.read_day(home, day) for text in row["drift"]
        }
    except CorruptFileError:  # about to be written anew
        told = set()
    for source, text in found:
        if (source, text) not in told:
            _log.warning("%s of %s: %s", source, day, text)


def judge_days(days: list[date], settings: Settings) -> None:
    """Hold landed days against the expectation suite; the results are stored.

    Raises:
        CheckFailedError: names the days that are held back, and why.
    """
    from daily_papers.quality.judge import judge, refuse_held  # noqa: PLC0415 (imports GX: 5 s)

    judge(days, settings)
    refuse_held(days, settings)


def ingest_days(days: list[date], settings: Settings, source: Source) -> Iterator[LandedDay]:
    """Fetch and land many days; yield each when landed, in order.

    A day that fails is yielded as such and does not stop the others; neither does one
    whose stored files are damaged, that another process holds, or that fails in a way
    nobody foresaw (its traceback is logged): it is yielded as failed and `not_landed`,
    whatever it was before. What was landed before an interruption stays, and the same call
    goes on from there. Nothing is judged: call `judge_days` afterwards, with the days that
    did land.

    Args:
        days: listing dates; see `Source.days` and `planner.plan`.
        settings: where, and how many fetches at once.
        source: asked by up to `source.concurrency` threads, all at one pace.

    Raises:
        CircuitOpenError: the source is down; the days yielded so far are landed.
        StorageError: the disk refused a write, as it would for the next day.
    """

    def fetch(day: date) -> None:
        for item in source.fetch_day(day):
            raw.store(settings.home, item, is_durable=source.is_live)

    if source.concurrency == 1:
        for day in days:
            yield _try_day(day, partial(fetch, day), settings)
        return
    with ThreadPoolExecutor(source.concurrency, thread_name_prefix="fetch") as pool:
        try:
            for day, fetched in [(day, pool.submit(fetch, day)) for day in days]:
                yield _try_day(day, fetched.result, settings)
        finally:  # interrupted: what is not begun is not begun any more
            pool.shutdown(wait=True, cancel_futures=True)


def _try_day(day: date, fetch: Callable[[], None], settings: Settings) -> LandedDay:
    try:
        fetch()
        return land_day(day, settings)
    except (BusyError, CorruptFileError) as error:  # of this day alone
        return LandedDay(day, "failed", NOT_LANDED, str(error), 0, ())
    except (DailyPapersError, MemoryError):  # of every day
        raise
    except Exception as fault:  # noqa: BLE001 (ours to mend; the other days are sound)
        _log.exception("%s failed in a way that nobody foresaw", day)
        told = (
            f"{day} was not landed: {type(fault).__name__}: {str(fault)[:_LONGEST_FAULT]}; a fault "
            "of this program, report it with the traceback in the log"
        )
        return LandedDay(day, "failed", NOT_LANDED, told, 0, ())
