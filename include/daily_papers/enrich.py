"""arXiv metadata for the papers of the lake: find what is due, ask, store, land.

Due are papers without metadata; young papers every `arxiv_refresh_after_d` days, since
versions and venues still change; older ones every `arxiv_refresh_old_after_d`, for a late
DOI; and ids that arXiv does not know. Such an id is asked for on two days, as a new paper
takes a day to reach the API, then after `arxiv_unknown_retry_after_d` days, and each time
that it is not known again after twice as many.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from daily_papers import logs, schema
from daily_papers.arxiv_ids import BadArxivIdError, parse_arxiv_id
from daily_papers.errors import InvalidInputError, SourceError
from daily_papers.lake import arxiv, papers, raw
from daily_papers.lake.files import lock, read_parquet
from daily_papers.settings import Settings

if TYPE_CHECKING:
    from daily_papers.sources.arxiv import Fetched

NEW, UNKNOWN, REFRESH = "new", "unknown", "refresh"
_REASONS = (NEW, UNKNOWN, REFRESH)  # in the order of asking
_UNKNOWN_CONFIRMED_BY_D = 2  # days of fetching that have to lack an id
_ID_ONLY = pa.schema([schema.PAPERS.field("paper_id")])


@dataclass(frozen=True, slots=True)
class DueId:
    """A paper to ask for."""

    paper_id: str
    reason: str  # one of _REASONS


@dataclass(slots=True)
class EnrichReport:
    """What a run did."""

    due: int = 0  # papers that were due when it began
    asked: int = 0  # ids that answers speak of
    known: int = 0  # papers of which metadata came
    unknown_ids: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)  # entries that could not be read
    responses: int = 0
    requests: int = 0
    retries: int = 0
    fetch_days: list[date] = field(default_factory=list)  # partitions of lake/arxiv rebuilt
    note: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)


@dataclass(slots=True)
class _State:
    """What the lake's arXiv rows say of one paper."""

    known_at: datetime | None = None
    published_at: datetime | None = None
    unknown_days: list[date] = field(default_factory=list)  # since it was last known


@logs.step("enrich")
def enrich(
    settings: Settings,
    limit: int | None = None,
    replay: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    max_requests: int | None = None,
) -> EnrichReport:
    """Ask arXiv for the papers that are due, and land the answers.

    What came before a failure is stored and landed; the rest stays due.

    Args:
        settings: where the lake lies and how politely arXiv is asked. When
            `settings.source` is a replay, arXiv is never asked: the replay's own arXiv
            responses, if it has any, are landed.
        limit: most papers to ask for.
        replay: folder of stored answers to land instead of asking.
        on_progress: called with the papers answered so far and the papers due.
        max_requests: most requests to send, retries included; the rest stays due.

    Raises:
        SourceError: arXiv gave no usable answer.
        InvalidInputError: a replay folder that can't be read.
        BusyError: another process is asking arXiv.
        CorruptFileError: a lake file or stored response is damaged.
        StorageError: the disk refused a write.
    """
    from daily_papers.sources.arxiv import ArxivSource, read_replay  # noqa: PLC0415 (loads httpx)

    kind, _, folder = settings.source.partition(":")
    if replay is None and kind == "replay":
        if not any((Path(folder) / name).is_dir() for name in arxiv.SOURCES):
            return EnrichReport(note=f"{settings.source} has no arXiv responses; none asked for")
        replay = folder
    with lock(settings.home / "locks" / "arxiv.lock", settings.lock_timeout_s):
        if replay is not None:
            report, error = _land(read_replay(replay), EnrichReport(), settings, None)
            report.problems += [error] if error else []
            return report
        ids = [item.paper_id for item in find_due(settings)]
        report = EnrichReport(due=len(ids))
        fetched = ArxivSource(settings).fetch_ids(ids[:limit], max_requests)
        return _finish(*_land(fetched, report, settings, on_progress))


@logs.step("harvest")
def harvest(
    first: date, last: date, settings: Settings, set_spec: str | None = None
) -> EnrichReport:
    """Land every arXiv record that changed from first to last, by OAI-PMH.

    Gives each version's date, which the API does not; also of papers that no list has.

    Raises:
        As `enrich`; and InvalidInputError for a range that runs backwards.
    """
    from daily_papers.sources.arxiv import ArxivSource  # noqa: PLC0415 (loads httpx)

    if first > last:
        raise InvalidInputError(f"--from {first} is after --to {last}")
    if not settings.source.startswith("live"):
        raise InvalidInputError(f"the source is {settings.source}: a harvest needs 'live'")
    with lock(settings.home / "locks" / "arxiv.lock", settings.lock_timeout_s):
        pages = ArxivSource(settings).harvest(first, last, set_spec)
        return _finish(*_land(pages, EnrichReport(), settings, None))


def find_due(settings: Settings, today: date | None = None) -> list[DueId]:
    """Return the papers to ask for: new ones first, the newest lists before older ones.

    Raises:
        CorruptFileError: a lake file cannot be read.
    """
    today = today or datetime.now(UTC).date()
    listed = _read_listed(settings.home)
    states = _read_states(settings.home)
    due = []
    for paper_id, last_listed_on in listed.items():
        state = states.get(paper_id, _State())
        reason = _decide(state, today, settings)
        if reason:
            since = (
                state.known_at.date() if state.known_at and reason == REFRESH else last_listed_on
            )
            order = since.toordinal() if reason == REFRESH else -since.toordinal()
            due.append((_REASONS.index(reason), order, DueId(paper_id, reason)))
    return [item for *_, item in sorted(due, key=lambda d: (d[0], d[1], d[2].paper_id))]


def _decide(state: _State, today: date, settings: Settings) -> str | None:
    if state.unknown_days:
        times_more = len(state.unknown_days) - _UNKNOWN_CONFIRMED_BY_D
        wait_d = 1 if times_more < 0 else settings.arxiv_unknown_retry_after_d * 2**times_more
        return UNKNOWN if (today - max(state.unknown_days)).days >= wait_d else None
    if state.known_at is None or state.published_at is None:
        return NEW
    age = today - state.published_at.date()
    is_young = age < timedelta(days=settings.arxiv_young_for_d)
    wait_d = settings.arxiv_refresh_after_d if is_young else settings.arxiv_refresh_old_after_d
    return REFRESH if (today - state.known_at.date()).days >= wait_d else None


def _read_listed(home: Path) -> dict[str, date]:
    """Return the last listing day of each paper that has an arXiv id."""
    listed: dict[str, date] = {}
    for day in papers.days(home):
        table = read_parquet(papers.partition_path(home, day), _ID_ONLY)
        for paper_id in table["paper_id"].to_pylist():
            try:
                parse_arxiv_id(paper_id)
            except BadArxivIdError:
                continue  # a provisional id
            listed[paper_id] = day
    return listed


def _read_states(home: Path) -> dict[str, _State]:
    states: dict[str, _State] = {}
    for day in arxiv.days(home):  # oldest first
        table = arxiv.read_day(home, day)
        columns = ["paper_id", "is_known", "published_at", "fetched_at"]
        rows = table.select(columns).to_pylist()
        for row in sorted(rows, key=lambda row: not row["is_known"]):
            state = states.setdefault(row["paper_id"], _State())
            if row["is_known"]:
                state.known_at, state.published_at = row["fetched_at"], row["published_at"]
                state.unknown_days = []
            elif state.known_at is None or state.known_at.date() < day:
                state.unknown_days.append(day)
    return states


def _land(
    fetched: "Iterable[Fetched]",
    report: EnrichReport,
    settings: Settings,
    on_progress: Callable[[int, int], None] | None,
) -> tuple[EnrichReport, str | None]:
    """Store each response as it comes, rebuild the days they belong to, and count.

    Returns:
        The report, and why the last response that failed was none.
    """
    error = None
    known: set[str] = set()
    unknown: set[str] = set()
    fetch_days: set[date] = set()
    for item, answer, reason in fetched:
        raw.store(settings.home, item)
        fetch_days.add(item.listing_date)
        report.responses += 1
        report.requests += item.requests
        report.retries += item.retries
        if answer is None:
            error = reason
            continue
        known.update(row["paper_id"] for row in answer.rows)
        unknown.update(answer.unknown_ids)
        report.problems += answer.problems
        report.asked = len(known | unknown)
        if on_progress:
            on_progress(report.asked, report.due)
    report.fetch_days = sorted(fetch_days)
    for day in report.fetch_days:
        arxiv.land_day(day, settings)
    report.known = len(known)
    report.unknown_ids = sorted(unknown - known)
    return report, error


def _finish(report: EnrichReport, error: str | None) -> EnrichReport:
    if error is not None:
        raise SourceError(
            f"arXiv: {error} (metadata of {report.known} papers came before and is landed; "
            "run the same command later for the rest)"
        )
    return report
