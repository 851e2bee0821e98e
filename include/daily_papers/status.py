"""Is every day whole, and if not, why not? Read from the lake, without a build."""

from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from daily_papers.errors import CorruptFileError
from daily_papers.ingest import FIRST_LISTING_DATE
from daily_papers.lake import ledger, quality_results, quarantine, shapes
from daily_papers.objectives import Breach, find_breaches
from daily_papers.quality.shape import find_vanished
from daily_papers.settings import Settings
from daily_papers.warehouse import snapshots

_RECENT_DAYS = 7
_USUAL_DAYS = 10  # before a day, whose entries tell what is usual
_WHOLE = ("complete", "empty")


@dataclass(frozen=True, slots=True)
class DayLine:
    """One listing day as `status` shows it."""

    listing_date: date
    state: str
    reason: str | None
    error: str | None
    attempts: int
    rows: int  # of the newest attempt that landed any
    held: int = 0  # rows in quarantine that nothing has released
    drift: tuple[
        str, ...
    ] = ()  # where the newest entries differ from the known format, or the usual
    unmet: tuple[str, ...] = ()  # expectations that the day does not meet, in words


@dataclass(frozen=True, slots=True)
class HeldDay:
    """A listing day that is kept from readers as a whole."""

    listing_date: date
    reason: str


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What an operator asks first."""

    days_by_state: dict[str, int]  # every day from the first list to yesterday
    recent_days: list[DayLine]  # the last ones tried
    newest_whole_day: date | None
    quarantined_count: int
    snapshot_id: str | None
    broken_objectives: list[Breach]
    audit_count: int = 0  # checks and expectations that the snapshot was held against
    audit_warnings: tuple[str, ...] = ()  # those it does not meet, none of which stops it
    failed_candidate: str | None = None  # folder of what failed its audit since
    held_days: tuple[HeldDay, ...] = ()  # days that readers do not see

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)


def read_status(settings: Settings) -> StatusReport:
    """Read the state of every day and hold it against the objectives.

    Raises:
        CorruptFileError: a ledger or quarantine file cannot be read.
    """
    home = settings.home
    lines = []
    for day in ledger.days(home):
        rows = ledger.read_day(home, day)
        state = ledger.decide_state(rows)
        landed = [row["rows_landed"] for row in rows if row["rows_landed"]]
        seen = [row["drift"] or () for row in rows if row["rows_in"]]
        kept = quarantine.read_day(home, day)["released_at"]
        lines.append(
            DayLine(
                day,
                *state,
                len(rows),
                landed[-1] if landed else 0,
                held=kept.null_count,
                drift=tuple(seen[-1]) if seen else (),
            )
        )
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    counts = Counter(line.state for line in lines if line.listing_date <= yesterday)
    counts["unknown"] = (yesterday - FIRST_LISTING_DATE).days + 1 - sum(counts.values())
    whole = [line.listing_date for line in lines if line.state in _WHOLE]
    pointer = home / "warehouse" / "current"
    audit_count, audit_warnings = _read_audit(settings)
    candidate = snapshots.find_candidate(settings)
    return StatusReport(
        days_by_state={state: counts[state] for state in ledger.STATES},
        recent_days=[
            replace(
                line,
                drift=line.drift + _read_vanished(home, line.listing_date, lines),
                unmet=_read_unmet(settings, line.listing_date),
            )
            for line in lines[-_RECENT_DAYS:]
        ],
        newest_whole_day=whole[-1] if whole else None,
        quarantined_count=sum(line.held for line in lines),
        snapshot_id=pointer.read_text().strip() if pointer.exists() else None,
        broken_objectives=find_breaches(lines, yesterday, settings),
        audit_count=audit_count,
        audit_warnings=audit_warnings,
        failed_candidate=None if candidate is None else str(candidate),
        held_days=read_held_days(settings),
    )


def _read_vanished(home: Path, day: date, lines: list[DayLine]) -> tuple[str, ...]:
    """Say which fields the entries of a day lack that those of the days before had.

    Not in the ledger: a day of the lake is made from its own responses alone (ADR 0001).
    """
    source, shown = shapes.read_newest(home, day)
    if not shown:
        return ()
    before = [line.listing_date for line in lines if line.rows and line.listing_date < day]
    earlier = [shapes.read_newest(home, other, source)[1] for other in before[-_USUAL_DAYS:]]
    example = next((f"; {s.example} lacks it" for s in shown if s.path == "paper.id"), "")
    return tuple(found.text + example for found in find_vanished(shown, earlier))


def read_held_days(
    settings: Settings, first: date = date.min, last: date = date.max
) -> tuple[HeldDay, ...]:
    """Return the days of a range that their last judgement keeps from readers, in order.

    Raises:
        CorruptFileError: a file of verdicts cannot be read.
    """
    held = []
    for day in quality_results.days(settings.home):
        if first <= day <= last:
            unmet = quality_results.read_holding(settings.home, day)
            texts = [
                f"{row['expectation']} on {row['column_name']}: {row['what']}" for row in unmet
            ]
            held += [HeldDay(day, "; ".join(texts))] if texts else []
    return tuple(held)


def _read_unmet(settings: Settings, day: date) -> tuple[str, ...]:
    return tuple(
        f"{row['severity']}: {row['expectation']} on {row['column_name']}: "
        f"{quality_results.say(row)}"
        for row in quality_results.read_day(settings.home, day)
        if row["is_success"] is False
    )


def _read_audit(settings: Settings) -> tuple[int, tuple[str, ...]]:
    try:
        manifest = snapshots.read_current(settings)
    except CorruptFileError as error:
        return 0, (str(error),)
    if manifest is None:
        return 0, ()
    warnings = [check for check in manifest.checks if check.failing_rows]
    return len(manifest.checks), tuple(check.say() for check in warnings)
