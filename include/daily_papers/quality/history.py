"""What is usual for a listing day: bounds from the complete days before it, never fixed.

Robust: median and median absolute deviation of the last days of the kind, so that one odd
day in the history moves little. Counts and lengths are compared as logarithms, because
they scatter by a factor. A verdict on a day thus depends on other days; DayJudged.sha256
says by what, so that a day is judged again as soon as its history changed.
"""

import hashlib
import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from typing import Any, Final

import duckdb

from daily_papers.lake import ledger, papers
from daily_papers.settings import Settings
from daily_papers.warehouse import database

_SPREADS: Final = 3.5  # measured: 3 of 185 real complete days warn (docs/adr/0005)
_MAX_AGE: Final = timedelta(days=180)  # what was usual half a year ago no longer is
_MAD_TO_SIGMA: Final = 1.4826


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of a day, and how far it may be from the days before."""

    name: str  # field of DayFacts, column of the judged frame
    unit: str
    window: int  # days of history
    least: int  # days of history below which nothing is judged
    is_by_weekday: bool
    is_factor: bool  # compared as logarithms
    least_spread: float  # a short history of equal days is no proof of sameness
    has_lower: bool = True


# Least spreads: a list of 20 scatters by 1/sqrt(20) = 0.22 by chance alone, holidays more;
# medians of 10 to 40 texts by 0.06. 1.5 points of quarantine: one or two rows of a list.
METRICS: Final = (
    Metric("paper_count", "papers", 12, 6, True, True, 0.35),
    Metric("median_abstract_length", "characters", 30, 10, False, True, 0.1),
    Metric("median_author_count", "authors", 30, 10, False, True, 0.1),
    Metric("quarantined_pct", "% in quarantine", 30, 10, False, False, 1.5, has_lower=False),
)


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What is counted of one landed day. Grain: listing_date."""

    listing_date: date
    is_complete: bool
    paper_count: float
    median_abstract_length: float | None
    median_author_count: float | None
    quarantined_pct: float


@dataclass(frozen=True, slots=True)
class Usual:
    """What a metric may be on a day; without bounds it is not judged."""

    value: float | None
    lower: float | None
    upper: float | None
    held_below: float | None  # so far off that the day is kept from readers
    text: str  # value, history and bounds in words


@dataclass(frozen=True, slots=True)
class DayJudged:
    """A day's numbers with what they are held against, by metric."""

    facts: DayFacts
    usual: dict[str, Usual]

    @property
    def sha256(self) -> str:
        """Hash of everything that the day as a whole is judged by."""
        parts = [astuple(self.facts), *((name, astuple(u)) for name, u in self.usual.items())]
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def read_days(settings: Settings) -> dict[date, DayJudged]:
    """Return every landed day with its numbers and what is usual for it.

    Raises:
        CorruptFileError: a partition or a ledger file cannot be read.
    """
    return dict(compare_days(_read_facts(settings), settings.volume_held_below_pct))


def compare_days(
    facts: Iterable[DayFacts], held_below_pct: float
) -> Iterator[tuple[date, DayJudged]]:
    """Hold each day against the complete days before it; the order given does not matter.

    Args:
        facts: all landed days.
        held_below_pct: share of the usual paper count below which a day is held back.
    """
    histories: dict[tuple[str, int], list[tuple[date, float]]] = defaultdict(list)
    for day in sorted(facts, key=lambda day: day.listing_date):
        usual = {}
        for metric in METRICS:
            weekday = day.listing_date.weekday() if metric.is_by_weekday else -1
            history = histories[metric.name, weekday]
            value = getattr(day, metric.name)
            since = day.listing_date - _MAX_AGE
            before = [seen for at, seen in history[-metric.window :] if at >= since]
            usual[metric.name] = _compare(metric, day, value, before, held_below_pct)
            if day.is_complete and value is not None:
                history.append((day.listing_date, value))
        yield day.listing_date, DayJudged(day, usual)


def _compare(
    metric: Metric, day: DayFacts, value: float | None, before: Sequence[float], held_pct: float
) -> Usual:
    seen = f"{_show(value)} {metric.unit}"
    kind = f"complete {day.listing_date:%A}s" if metric.is_by_weekday else "complete days"
    if value is None or not day.is_complete:
        why = "the day is not complete" if value is not None else "nothing to count"
        return Usual(value, None, None, None, f"{seen}; not judged: {why}")
    if len(before) < metric.least:
        text = f"{seen}; not judged yet: {len(before)} {kind} before it, {metric.least} needed"
        return Usual(value, None, None, None, text)
    lower, upper = _find_bounds(metric, before)
    median = statistics.median(before)
    held_below = min(lower, median * held_pct / 100) if metric.name == "paper_count" else None
    expected = f"{_show(lower)} to {_show(upper)}" if metric.has_lower else f"up to {_show(upper)}"
    text = (
        f"{seen}; the {len(before)} {kind} before it had {_show(min(before))} to "
        f"{_show(max(before))}, median {_show(median)}: expected {expected}"
    )
    if held_below is not None and value < held_below:
        text += (
            f"; held back below {_show(held_below)}, the least of {_show(lower)} and "
            f"{held_pct:g} % of the median (DAILY_PAPERS_VOLUME_HELD_BELOW_PCT)"
        )
    return Usual(value, lower if metric.has_lower else None, upper, held_below, text)


def _find_bounds(metric: Metric, before: Sequence[float]) -> tuple[float, float]:
    values = [math.log(max(seen, 0.5)) for seen in before] if metric.is_factor else list(before)
    middle = statistics.median(values)
    deviation = statistics.median(abs(value - middle) for value in values)
    reach = _SPREADS * max(_MAD_TO_SIGMA * deviation, metric.least_spread)
    bounds = (middle - reach, middle + reach)
    if metric.is_factor:
        bounds = (math.exp(bounds[0]), math.exp(bounds[1]))
    # the last digits of exp() differ between platforms, and bounds are hashed
    return round(bounds[0], 6), round(bounds[1], 6)


def _show(value: float | None) -> str:
    if value is None:
        return "no"
    return f"{value:.1f}".removesuffix(".0") if abs(value) < 100 else f"{value:.0f}"


def _read_facts(settings: Settings) -> list[DayFacts]:
    home = settings.home
    days = papers.days(home)
    if not days:
        return []
    count_papers = """
        select
            listing_date,
            count(*),
            median(length(abstract)),
            median(len(authors))
        from read_parquet(?, hive_partitioning = false)
        group by listing_date
    """
    read_attempts = """
        select listing_date, state, reason, error, rows_landed, rows_quarantined
        from read_parquet(?, hive_partitioning = false, union_by_name = true)
        order by listing_date, attempt_at, source
    """
    paths = [str(papers.partition_path(home, day)) for day in days]
    ledgers = [str(path) for day in days if (path := ledger.day_path(home, day)).exists()]
    # two queries: 0.3 s for 425 days, where a read a day and file takes 2.5 s
    attempts: dict[date, list[dict[str, Any]]] = defaultdict(list)
    try:
        with database.connect(settings) as con:
            counted = {row[0]: row[1:] for row in con.execute(count_papers, [paths]).fetchall()}
            if ledgers:
                result = con.execute(read_attempts, [ledgers])
                names = [column[0] for column in result.description]
                for row in result.fetchall():
                    attempts[row[0]].append(dict(zip(names, row, strict=True)))
    except duckdb.Error:
        for day in days:  # names the damaged file
            papers.read_day(home, day)
            ledger.read_day(home, day)
        raise
    facts = []
    for day in days:
        own = attempts[day]
        rows_in = sum(a["rows_landed"] + a["rows_quarantined"] for a in own)
        held = sum(a["rows_quarantined"] for a in own if a["rows_landed"])
        # a partition of another day has no row of its own: the suite of rows says so
        count, abstract_length, author_count = counted.get(day, (0, None, None))
        facts.append(
            DayFacts(
                listing_date=day,
                is_complete=ledger.decide_state(own).state == "complete",
                paper_count=float(count),
                median_abstract_length=abstract_length,
                median_author_count=author_count,
                quarantined_pct=100 * held / rows_in if rows_in else 0.0,
            )
        )
    return facts
