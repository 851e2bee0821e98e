"""The operator's pages: coverage, quarantine, snapshots and their difference, last runs.

Read-only, from the published snapshot, as HTML without scripts. Whoever serves them (the
Airflow plugin) is never held up: pages are made in two threads of their own, with one DuckDB
thread and a memory limit each; a page that takes too long is answered with 503 while it is
finished for the next request, one that had to wait for both threads is given up; a page is made
once for a snapshot and a day.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from daily_papers.errors import DailyPapersError, InvalidInputError
from daily_papers.publish.snapshot_reader import (
    MissingInSnapshotError,
    SnapshotReader,
    open_snapshot,
)
from daily_papers.settings import Settings
from daily_papers.warehouse import retention, snapshots
from daily_papers.warehouse.snapshots import Manifest

PAGES = {
    "coverage": "Coverage",
    "quarantine": "Quarantine",
    "snapshots": "Snapshots",
    "runs": "Quality and cost",
}
ANSWER_WITHIN_S = 10.0
_THREADS = 2
_MEMORY_LIMIT_MB = 512
_KEPT_PAGES = 32
_SHOWN_DAYS = 30
_SHOWN_ROWS = 100
_SHOWN_SNAPSHOTS = 20
_SHOWN_RUNS = 20
_SHOWN_CHARACTERS = 300
_STATES = ("complete", "empty", "partial", "failed", "unknown")


@dataclass(frozen=True, slots=True)
class Page:
    """An answer to a browser."""

    status: int  # of HTTP
    html: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: a table, a calendar or only a note."""

    title: str
    note: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    years: tuple["Year", ...] = ()


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the calendar: seven rows from Monday to Sunday, a column a week."""

    year: int
    weekdays: tuple[tuple["Cell | None", ...], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the calendar."""

    day: date
    state: str
    text: str  # what a pointer that rests on it is shown


class OperatorViews:
    """Makes pages without ever holding up its caller, and keeps those of the last snapshots."""

    def __init__(
        self,
        open_home: Callable[[], AbstractContextManager[Settings]],
        answer_within_s: float = ANSWER_WITHIN_S,
    ):
        self._open_home = open_home
        self._answer_within_s = answer_within_s
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="daily-papers-views")
        self._lock = Lock()
        self._pages: OrderedDict[tuple[str | None, ...], Page] = OrderedDict()

    async def get_page(self, name: str, older: str | None = None, newer: str | None = None) -> Page:
        """Return a page.

        Args:
            name: one of PAGES.
            older: snapshot that 'snapshots' compares; default the one before `newer`.
            newer: snapshot that it is compared with; default the current one.
        """
        work = self._pool.submit(self._make_page, name, older, newer)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(work), self._answer_within_s)
        except TimeoutError:
            if work.cancel():
                what = f"not begun within {self._answer_within_s:g} s, as others are being made"
            else:
                what = f"not ready within {self._answer_within_s:g} s; it goes on"
            text = f"This page was {what}: try again soon."
            return Page(503, _render(name, None, (), message=text))

    def _make_page(self, name: str, older: str | None, newer: str | None) -> Page:
        try:
            with self._open_home() as settings:
                return self._find_page(settings, name, older, newer)
        except MissingInSnapshotError as error:
            return Page(200, _render(name, None, (), message=str(error)))
        except InvalidInputError as error:
            return Page(400, _render(name, None, (), message=str(error)))
        except DailyPapersError as error:
            return Page(500, _render(name, None, (), message=str(error)))

    def _find_page(
        self, settings: Settings, name: str, older: str | None, newer: str | None
    ) -> Page:
        settings = settings.model_copy(
            update={"duckdb_threads": 1, "duckdb_memory_limit_mb": _MEMORY_LIMIT_MB}
        )
        current = snapshots.read_current(settings)
        if current is None:
            text = f"Nothing is published under {settings.home} yet: run the DAG build_marts."
            return Page(200, _render(name, None, (), message=text))
        candidate = snapshots.find_candidate(settings)
        today = datetime.now(UTC).date()
        key = (current.id, str(candidate), name, older, newer, str(today))
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        page = _make(settings, current, name, older, newer, today)
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)
        return page


def _make(
    settings: Settings,
    current: Manifest,
    name: str,
    older: str | None,
    newer: str | None,
    today: date,
) -> Page:
    if name == "snapshots":
        return Page(200, _render_snapshots(settings, current, older, newer))
    with open_snapshot(settings, current.id) as reader:
        if name == "coverage":
            sections = _show_coverage(reader, today)
        else:
            sections = {"quarantine": _show_quarantine, "runs": _show_runs}[name](reader)
    return Page(200, _render(name, current, sections))


def _show_coverage(reader: SnapshotReader, today: date) -> tuple[Section, ...]:
    if not reader.has("ops.coverage"):
        return (_missing("Calendar", "ops.coverage"),)
    days = reader.rows(
        """select listing_date, state, reason, error, paper_count, attempt_count, is_held,
            held_reason
        from ops.coverage
        order by listing_date"""
    )
    counts = {state: sum(day["state"] == state for day in days) for state in _STATES}
    open_days = [
        day for day in reversed(days) if day["state"] not in ("complete", "empty") or day["is_held"]
    ]
    return (
        Section("Days", columns=_STATES, rows=(tuple(counts.values()),)),
        Section(
            "Calendar",
            "c complete, e empty, p partial, f failed, h held back; without a letter: never tried",
            years=_make_calendar(days, today),
        ),
        Section(
            f"Last {_SHOWN_DAYS} days that are not whole",
            f"{len(open_days)} in all; what to do: the DAG backfill_range, or `daily-papers plan`",
            ("day", "state", "reason", "error", "papers", "attempts"),
            tuple(
                (
                    day["listing_date"],
                    "held back" if day["is_held"] else day["state"],
                    _cut(day["held_reason"] or day["reason"]),
                    _cut(day["error"]),
                    day["paper_count"],
                    day["attempt_count"],
                )
                for day in open_days[:_SHOWN_DAYS]
            ),
        ),
    )


def _make_calendar(days: list[dict[str, Any]], today: date) -> tuple[Year, ...]:
    """Return the years up to today: nobody tried the days after the snapshot's last one."""
    by_year: dict[int, dict[date, dict[str, Any]]] = {}
    for day in days:
        by_year.setdefault(day["listing_date"].year, {})[day["listing_date"]] = day
    last = max((day["listing_date"] for day in days), default=today)
    for offset in range(1, (today - last).days + 1):
        untried = last + timedelta(days=offset)
        by_year.setdefault(untried.year, {})[untried] = {
            "listing_date": untried,
            "state": "unknown",
            "reason": None,
            "paper_count": 0,
            "is_held": False,
        }
    years = []
    for year, known in sorted(by_year.items(), reverse=True):
        first = date(year, 1, 1)
        monday = first - timedelta(days=first.weekday())
        week_count = (date(year, 12, 31) - monday).days // 7 + 1
        weekdays = []
        for weekday in range(7):
            line = [known.get(monday + timedelta(days=7 * w + weekday)) for w in range(week_count)]
            weekdays.append(tuple(None if day is None else _make_cell(day) for day in line))
        years.append(Year(year, tuple(weekdays)))
    return tuple(years)


def _make_cell(day: dict[str, Any]) -> Cell:
    state = "held" if day["is_held"] else day["state"]
    said = "never tried" if state == "unknown" else f"{state}, {day['paper_count']} papers"
    text = f"{day['listing_date']}: {said}"
    return Cell(day["listing_date"], state, text + (f", {day['reason']}" if day["reason"] else ""))


def _show_quarantine(reader: SnapshotReader) -> tuple[Section, ...]:
    if not reader.has("ops.quarantine"):
        return (_missing("Quarantine", "ops.quarantine"),)
    reasons = reader.rows(
        """select
            reason_code,
            count(*) filter (where not is_released) as held_count,
            count(*) filter (where is_released) as released_count,
            min(listing_date) as first_day,
            max(listing_date) as last_day
        from ops.quarantine
        group by reason_code
        order by held_count desc, reason_code"""
    )
    held = reader.rows(
        f"""select
            listing_date, paper_id, reason_code, reason, raw_sha256, row_no,
            left(row_json, {_SHOWN_CHARACTERS}) as entry
        from ops.quarantine
        where not is_released
        order by listing_date desc, raw_sha256, row_no
        limit {_SHOWN_ROWS}"""
    )
    return (
        Section(
            "Reasons",
            columns=("reason", "held", "released", "first day", "last day"),
            rows=tuple(tuple(row.values()) for row in reasons),
        ),
        Section(
            f"Held rows, the last {_SHOWN_ROWS} at most",
            "Released by the DAG reprocess_raw once the rules let them through.",
            ("day", "paper", "reason", "what was wrong", "raw response", "entry", "starts with"),
            tuple(
                (
                    row["listing_date"],
                    _cut(row["paper_id"]),
                    row["reason_code"],
                    _cut(row["reason"]),
                    row["raw_sha256"][:12],
                    row["row_no"],
                    row["entry"],
                )
                for row in held
            ),
        ),
    )


def _show_runs(reader: SnapshotReader) -> tuple[Section, ...]:
    return (*_list_runs(reader), *_list_verdicts(reader), _list_checks(reader.manifest))


def _list_runs(reader: SnapshotReader) -> tuple[Section, ...]:
    if not (reader.has("ops.runs") and reader.has("ops.costs")):
        return (_missing("Last attempts", "ops.runs or ops.costs"),)
    attempts = reader.rows(
        f"""select
            runs.attempt_at, runs.listing_date, runs.source, runs.state, runs.reason,
            runs.rows_in, runs.rows_landed, runs.rows_quarantined, runs.rows_duplicate,
            sum(costs.requests)::bigint as requests,
            sum(costs.retries)::bigint as retries,
            sum(costs.size_bytes)::bigint as size_bytes,
            round(sum(costs.seconds), 1) as seconds
        from ops.runs as runs
        inner join ops.costs as costs
            on
                runs.source = costs.source
                and runs.listing_date = costs.listing_date
                and runs.attempt_at = costs.attempt_at
        group by all
        order by runs.attempt_at desc, runs.listing_date desc, runs.source
        limit {_SHOWN_RUNS}"""
    )
    return (
        Section(
            f"Last {_SHOWN_RUNS} attempts",
            columns=(
                "attempt (UTC)", "day", "source", "state", "reason", "rows", "landed",
                "quarantined", "duplicate", "requests", "retries", "bytes", "seconds",
            ),
            rows=tuple(tuple(row.values()) for row in attempts),
        ),
    )  # fmt: skip


def _list_verdicts(reader: SnapshotReader) -> tuple[Section, ...]:
    if not reader.has("ops.quality_results"):
        return (_missing("Quality", "ops.quality_results"),)
    verdicts = reader.rows(
        f"""select
            listing_date, expectation, column_name, severity, is_success, failing_count,
            observed_value
        from ops.quality_results
        where listing_date = (select max(listing_date) from ops.quality_results)
        order by is_success nulls first, severity, expectation, column_name
        limit {_SHOWN_ROWS}"""
    )
    judged = f" of {verdicts[0]['listing_date']}" if verdicts else ""
    return (
        Section(
            f"Quality{judged}",
            "The newest judged day; what is not met comes first.",
            ("expectation", "column", "severity", "met", "failing rows", "seen"),
            tuple(
                (
                    row["expectation"],
                    row["column_name"],
                    row["severity"],
                    {True: "yes", False: "no", None: "not judged"}[row["is_success"]],
                    row["failing_count"],
                    _cut(row["observed_value"]),
                )
                for row in verdicts
            ),
        ),
    )


def _list_checks(manifest: Manifest) -> Section:
    failing = [check for check in manifest.checks if check.failing_rows]
    return Section(
        "Audit of the snapshot",
        f"{len(manifest.checks)} checks and expectations, {len(failing)} with rows to look at",
        ("check", "severity", "rows", "says"),
        tuple(
            (check.name, check.severity, check.failing_rows, check.explanation) for check in failing
        ),
    )


def _render_snapshots(
    settings: Settings, current: Manifest, older: str | None, newer: str | None
) -> str:
    stored = {one.id: one.manifest for one in retention.list_stored(settings)}
    ids = sorted(stored)
    newer = newer or current.id
    if older is None:
        older = max((known for known in ids if known < newer and stored[known]), default=newer)
    shown = ids[-_SHOWN_SNAPSHOTS:]
    before = snapshots.read_snapshot(settings, older)
    after = snapshots.read_snapshot(settings, newer)
    candidate = snapshots.find_candidate(settings)
    note = f"{len(ids)} in all"
    if candidate is not None:
        note += f"; a newer build failed its audit and was not published: {candidate.name}"
    sections = (
        Section(
            f"Last {_SHOWN_SNAPSHOTS} snapshots",
            note,
            ("snapshot", "published (UTC)", "tables", "rows", "bytes", "code", ""),
            tuple(
                (
                    manifest.id,
                    manifest.created_at,
                    len(manifest.tables),
                    sum(table.rows for table in manifest.tables),
                    sum(table.size_bytes for table in manifest.tables),
                    manifest.code_version,
                    "current" if manifest.id == current.id else "",
                )
                if manifest
                else (known, snapshots.created_at(known), "", "", "", "", "manifest damaged")
                for known, manifest in ((known, stored[known]) for known in reversed(shown))
            ),
        ),
        _compare(before, after),
    )
    return _render("snapshots", current, sections, ids=shown[::-1], chosen=(older, newer))


def _compare(before: Manifest, after: Manifest) -> Section:
    """Compare two snapshots by their manifests: rows of each table, and whether it changed."""
    old = {table.name: table for table in before.tables}
    new = {table.name: table for table in after.tables}
    rows = []
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was and now:
            what = "the same" if was.sha256 == now.sha256 else "changed"
            change = f"{now.rows - was.rows:+}" if now.rows != was.rows else ""
        else:
            what, change = ("new table", "") if now else ("table is gone", "")
        rows.append((name, was.rows if was else "", now.rows if now else "", change, what))
    return Section(
        "Difference",
        f"from {before.id} to {after.id}; row by row: `daily-papers diff {before.id} {after.id}`",
        ("table", "rows before", "rows after", "change", "content"),
        tuple(rows),
    )


def _missing(title: str, table: str) -> Section:
    return Section(title, f"This snapshot has no table {table}.")


def _cut(text: str | None) -> str:
    """Return text short enough for a cell."""
    text = text or ""
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


_TEMPLATES = Environment(
    loader=PackageLoader("daily_papers.publish"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _render(
    name: str,
    manifest: Manifest | None,
    sections: tuple[Section, ...],
    message: str = "",
    ids: list[str] | None = None,
    chosen: tuple[str, str] | None = None,
) -> str:
    return _TEMPLATES.get_template("operator_views.html.jinja").render(
        pages=PAGES,
        name=name,
        manifest=manifest,
        sections=sections,
        message=message,
        ids=ids,
        chosen=chosen,
    )
