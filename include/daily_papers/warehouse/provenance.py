"""Lead a row of a mart back to the responses it was made from.

The way goes by keys, which have one meaning in every table: a row that names its response
(raw_sha256) leads there at once, one that names papers goes by core.papers, an aggregate
first by the table that says which papers it sums up. The models' own comments give the
tables in between. All tables are of one snapshot; raw/ keeps every response for good, so
that the way also ends when the lake has moved on since.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from daily_papers.errors import CorruptFileError, InvalidInputError
from daily_papers.lake import raw
from daily_papers.lake.raw import StoredResponse
from daily_papers.settings import Settings
from daily_papers.sources.listings import LISTING_SOURCES
from daily_papers.warehouse import database, derive, query, snapshots
from daily_papers.warehouse.models import load_project
from daily_papers.warehouse.snapshots import Manifest, Table

_PACKAGE = Path(__file__).resolve().parents[1]
# made from a file that ships with the code or that a setting names, not from responses alone
_FILES: Mapping[str, Callable[[Settings], Path | None]] = {
    "reference.benchmarks": lambda _: _PACKAGE / "extract" / "data" / "benchmarks.csv",
    "reference.duplicate_overrides": lambda settings: settings.duplicate_overrides,
    "derived.author_clusters": lambda settings: settings.author_overrides,
    "derived.organization_matches": lambda _: _PACKAGE / "identity" / "data",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """One response that a row was made from, and how one gets there."""

    table: str  # published table whose row names the response
    key: dict[str, Any]  # of that row
    lake_file: Path | None  # partition that holds the row; null when it has none any more
    raw_sha256: str | None  # null for an attempt that got no response
    row_no: int | None  # entry of the response, from 0
    response: StoredResponse | None  # null when raw/ does not have it
    problem: str | None = None  # what is wrong with the file in raw/

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        response = self.response
        return {
            "table": self.table,
            "key": self.key,
            "lake_file": None if self.lake_file is None else str(self.lake_file),
            "raw_sha256": self.raw_sha256,
            "row_no": self.row_no,
            "raw_file": None if response is None else str(_say_file(response)),
            "url": None if response is None else response.url,
            "fetched_at": None if response is None else response.fetched_at.isoformat(),
            "source": None if response is None else response.source,
            "problem": self.problem,
        }


@dataclass(frozen=True, slots=True)
class Provenance:
    """A row and where it comes from."""

    snapshot_id: str
    table: str
    row: dict[str, Any]
    row_count: int  # rows that the key fits; `row` is the first
    sources: dict[str, tuple[str, ...]]  # table -> tables it reads, from the row's table down
    files: dict[str, Path]  # table in between -> file that shapes it
    origins: tuple[Origin, ...]
    origin_count: int  # origins there are; `origins` has the first ones

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "snapshot_id": self.snapshot_id,
            "table": self.table,
            "row": self.row,
            "row_count": self.row_count,
            "sources": {name: list(read) for name, read in self.sources.items()},
            "files": {name: str(path) for name, path in self.files.items()},
            "origins": [origin.as_dict() for origin in self.origins],
            "origin_count": self.origin_count,
        }


@dataclass(frozen=True, slots=True)
class _Lead:
    """What a published row says of a response, before anybody looked for it."""

    table: str
    key: dict[str, Any]
    dataset: str
    day: str  # of the partition
    raw_sha256: str | None
    row_no: int | None = None
    seen_at: datetime | None = None
    attempt: tuple[str, datetime] | None = None  # source and start, where there is no sha256


def trace(
    settings: Settings,
    table: str,
    key: Sequence[str],
    snapshot_id: str = "current",
    limit: int = 10,
) -> Provenance:
    """Lead a row back to its responses.

    Args:
        settings: where warehouse, lake and raw archive lie.
        table: published table, as schema.table.
        key: values of its grain, in order, or "column=value"; as text. Fewer fit more rows,
            of which the first is taken.
        snapshot_id: as snapshots.resolve takes it.
        limit: origins to look up at most; the others are counted.

    Raises:
        InvalidInputError: no such snapshot, table, column or row.
        CorruptFileError: a published or stored file is damaged.
    """
    with snapshots.reading(settings, snapshot_id) as manifest:
        tables = {each.name: each for each in manifest.tables}
        if table not in tables:
            known = ", ".join(sorted(tables))
            raise InvalidInputError(f"no table {table!r}; there are: {known}")
        asked = f"{table} papers listings paper_tags authorships mentions claims runs"
        with query.open_warehouse(settings, manifest.id, asked) as con:
            row, row_count = _find_row(con, tables[table], key)
            leads = _find_leads(con, manifest, table, row, settings)
    sources = _find_sources(settings, table)
    return Provenance(
        snapshot_id=manifest.id,
        table=table,
        row=row,
        row_count=row_count,
        sources=sources,
        files=_find_files(settings, sources),
        origins=_look_up(settings, leads[:limit]),
        origin_count=len(leads),
    )


def _find_row(
    con: duckdb.DuckDBPyConnection, table: Table, key: Sequence[str]
) -> tuple[dict[str, Any], int]:
    types = {column.name: column.type for column in table.columns}
    wanted: dict[str, str] = {}
    unnamed = list(table.grain)
    for text in key:
        name, equals, value = text.partition("=")
        if equals and name in types:
            wanted[name] = value
            continue
        free = [name for name in unnamed if name not in wanted]
        if not free:
            raise InvalidInputError(
                f"{table.name} has the key ({', '.join(table.grain)}): {text!r} is one too many"
            )
        wanted[free[0]] = text
    conditions = [
        f'"{name}" is null' if value in {"", "null"} else f'"{name}" = ?::{types[name]}'
        for name, value in wanted.items()
    ]
    values = [value for value in wanted.values() if value not in {"", "null"}]
    where = f" where {' and '.join(conditions)}" if conditions else ""
    order = ", ".join(f'"{name}"' for name in table.grain)
    said = ", ".join(f"{name}={value}" for name, value in wanted.items())
    try:
        count = con.execute(f"select count(*) from {table.name}{where}", values).fetchone()
        found = _read(con, f"select * from {table.name}{where} order by {order} limit 1", values)
    except duckdb.ConversionException as error:
        reason = database.say_in_one_line(error)
        raise InvalidInputError(f"{table.name} ({said}): {reason}") from None
    if not found:
        raise InvalidInputError(
            f"{table.name} has no row with {said}; its key is ({', '.join(table.grain)})"
        )
    return found[0], int(count[0]) if count else 0


def _find_leads(
    con: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    table: str,
    row: dict[str, Any],
    settings: Settings,
) -> list[_Lead]:
    """Follow a row's keys, the most exact one first."""
    if row.get("raw_sha256"):
        leads = [_follow_response(table, row)]
        return leads + (_follow_arxiv(settings, row) if table == "core.papers" else [])
    if row.get("partition_sha256"):
        return _follow_partition(settings, table, row)
    if {"source", "listing_date", "attempt_at"} <= row.keys():
        return [_follow_attempt(table, row)]
    known = {each.name for each in manifest.tables}
    named = {row[name] for name in row if name.endswith("paper_id") or name == "other_id"} - {None}
    if named:
        return _follow_papers(con, "select unnest($ids) as paper_id", {"ids": sorted(named)})
    for columns, needed, papers in _PAPERS_OF:
        if columns <= row.keys() and needed in known:
            given = {name: row[name] for name in columns}
            if "month" in columns or "week_start" in columns or "listing_date" in columns:
                return _follow_listings(con, papers, given)
            return _follow_papers(con, papers, given)
    if "listing_date" in row:
        found = _read(
            con,
            "select source, listing_date, attempt_at from ops.runs where listing_date = ? "
            "order by attempt_at, source",
            [row["listing_date"]],
        )
        return [_follow_attempt("ops.runs", run) for run in found]
    return []


# Key columns of an aggregate, the table that leads on, and the papers that it sums up. Where
# days are among the keys, also the listings: (paper_id, listing_date).
_PAPERS_OF: tuple[tuple[frozenset[str], str, str], ...] = (
    (
        frozenset({"listing_date", "tag"}),
        "tags.paper_tags",
        "select distinct listings.paper_id, listings.listing_date from core.listings as listings "
        "join tags.paper_tags as paper_tags using (paper_id) "
        "where listings.listing_date = $listing_date and paper_tags.tag = $tag",
    ),
    (
        frozenset({"week_start", "tag"}),
        "tags.paper_tags",
        # the eight weeks before are the baseline
        "select distinct listings.paper_id, listings.listing_date from core.listings as listings "
        "join tags.paper_tags as paper_tags using (paper_id) where paper_tags.tag = $tag "
        "and listings.listing_date >= $week_start - 56 and listings.listing_date < $week_start + 7",
    ),
    (
        frozenset({"tag", "other_tag"}),
        "tags.paper_tags",
        "select distinct paper_id from tags.paper_tags where tag = $tag "
        "intersect select paper_id from tags.paper_tags where tag = $other_tag",
    ),
    (
        frozenset({"author_id", "coauthor_id"}),
        "authors.authorships",
        "select paper_id from authors.authorships where author_id = $author_id "
        "intersect select paper_id from authors.authorships where author_id = $coauthor_id",
    ),
    (
        frozenset({"author_id"}),
        "authors.authorships",
        "select distinct paper_id from authors.authorships where author_id = $author_id",
    ),
    (
        frozenset({"organization_id"}),
        "core.papers",
        "select paper_id from core.papers where organization_slug in (select "
        "unnest(organization_slugs) from authors.organizations "
        "where organization_id = $organization_id)",
    ),
    (
        frozenset({"benchmark", "month"}),
        "benchmarks.mentions",
        "select distinct mentions.paper_id, papers.first_listed_on as listing_date "
        "from benchmarks.mentions as mentions join core.papers as papers using (paper_id) "
        "where mentions.benchmark = $benchmark "
        "and date_trunc('month', papers.first_listed_on) = $month",
    ),
    (
        frozenset({"benchmark"}),
        "benchmarks.mentions",
        "select distinct paper_id from benchmarks.mentions where benchmark = $benchmark",
    ),
    (
        frozenset({"tag"}),
        "tags.paper_tags",
        "select distinct paper_id from tags.paper_tags where tag = $tag",
    ),
)


def _follow_response(table: str, row: Mapping[str, Any]) -> _Lead:
    """Take the response that the row names."""
    names = ("listing_date", "paper_id", "observed_at", "raw_sha256", "row_no")
    key = {name: row[name] for name in names[:3] if name in row}
    seen_at = row.get("observed_at") or row.get("last_observed_at")
    if table == "ops.quarantine":
        return _Lead(
            table,
            key,
            "quarantine",
            str(row["listing_date"]),
            row["raw_sha256"],
            row["row_no"],
            seen_at,
        )
    if table == "core.observations":
        day = f"{seen_at:%Y-%m-%d}"
        return _Lead(table, key, "observations", day, row["raw_sha256"], row["row_no"], seen_at)
    # a paper's latest state is that of the list it stood on last, or again on
    day = str(row.get("listing_date") or row["last_listed_on"])
    return _Lead(table, key, "papers", day, row["raw_sha256"], row["row_no"], seen_at)


def _follow_arxiv(settings: Settings, row: Mapping[str, Any]) -> list[_Lead]:
    """Take the answer of arXiv that a paper's categories come from."""
    fetched_at = row.get("arxiv_fetched_at")
    if fetched_at is None:
        return []
    folder = settings.home / "lake" / "arxiv" / f"fetched_date={fetched_at:%Y-%m-%d}"
    for path in sorted(folder.glob("*.parquet")):
        stored = _read_lake(path, ["paper_id", "version", "fetched_at", "raw_sha256", "row_no"])
        for line in stored.to_pylist():
            if (line["paper_id"], line["version"], line["fetched_at"]) == (
                row["paper_id"],
                row["latest_version"],
                fetched_at,
            ):
                key = {"paper_id": row["paper_id"], "version": line["version"]}
                day = f"{fetched_at:%Y-%m-%d}"
                found = line["raw_sha256"], line["row_no"], fetched_at
                return [_Lead("core.papers", key, "arxiv", day, *found)]
    return []


def _follow_partition(settings: Settings, table: str, row: Mapping[str, Any]) -> list[_Lead]:
    """Take every response of a day that was judged as a whole."""
    day = str(row["listing_date"])
    path = settings.home / "lake" / "papers" / f"listing_date={day}" / "papers.parquet"
    if not path.exists():
        return []
    stored = _read_lake(path, ["raw_sha256", "last_observed_at"])
    seen = {line["raw_sha256"]: line["last_observed_at"] for line in stored.to_pylist()}
    return [
        _Lead(table, {"listing_date": row["listing_date"]}, "papers", day, sha256, None, seen_at)
        for sha256, seen_at in sorted(seen.items())
    ]


def _follow_attempt(table: str, row: Mapping[str, Any]) -> _Lead:
    """Take what raw/ has of one attempt."""
    key = {name: row[name] for name in ("source", "listing_date", "attempt_at")}
    day = str(row["listing_date"])
    attempt = (row["source"], row["attempt_at"])
    return _Lead(table, key, "ledger", day, None, attempt=attempt)


def _follow_papers(
    con: duckdb.DuckDBPyConnection, papers: str, given: Mapping[str, Any]
) -> list[_Lead]:
    """Take the response behind the latest state of each paper."""
    found = _read(
        con,
        f"select papers.paper_id, papers.last_listed_on, papers.last_observed_at, "
        f"papers.raw_sha256, papers.row_no from core.papers as papers "
        f"where papers.paper_id in (select paper_id from ({papers})) order by papers.paper_id",
        given,
    )
    return [_follow_response("core.papers", row) for row in found]


def _follow_listings(
    con: duckdb.DuckDBPyConnection, papers: str, given: Mapping[str, Any]
) -> list[_Lead]:
    """Take the responses behind some listings."""
    found = _read(
        con,
        "select listings.listing_date, listings.paper_id, listings.last_observed_at, "
        "listings.raw_sha256, listings.row_no from core.listings as listings "
        f"join ({papers}) as wanted using (listing_date, paper_id) "
        "order by listings.listing_date, listings.paper_id",
        given,
    )
    return [_follow_response("core.listings", row) for row in found]


def _look_up(settings: Settings, leads: Sequence[_Lead]) -> tuple[Origin, ...]:
    """Find partition and response of each lead."""
    archive = settings.home / "raw"
    hashes = {lead.raw_sha256 for lead in leads if lead.raw_sha256 is not None}
    stored = raw.find_responses(archive, hashes)
    origins = []
    for lead in leads:
        if lead.attempt is not None:
            responses = _find_attempt(settings, lead, *lead.attempt)
            origins += [_make_origin(settings, lead, response) for response in responses or (None,)]
            continue
        sightings = stored.get(lead.raw_sha256 or "", [])
        seen_at = None if lead.seen_at is None else lead.seen_at.replace(tzinfo=UTC)
        exact = [response for response in sightings if response.fetched_at == seen_at]
        response = next(iter(exact + sightings), None)
        origins.append(_make_origin(settings, lead, response))
    return tuple(origins)


def _find_attempt(
    settings: Settings, lead: _Lead, source: str, attempt_at: datetime
) -> list[StoredResponse]:
    """Return what came of an attempt; a week's response is filed under its first day."""
    day = lead.key["listing_date"]
    first = LISTING_SOURCES[source].first_day(day) if source in LISTING_SOURCES else day
    return [
        response
        for response in raw.read_source(settings.home / "raw", source, first)
        if response.attempt_at == attempt_at.replace(tzinfo=UTC)
    ]


def _make_origin(settings: Settings, lead: _Lead, response: StoredResponse | None) -> Origin:
    problem = None
    if response is None:
        problem = f"{settings.home / 'raw'} does not have it: restore raw/ from a backup"
    elif response.sha256 is not None:
        try:
            response.read_body()
        except CorruptFileError as error:
            problem = str(error)
    sha256 = lead.raw_sha256 or (None if response is None else response.sha256)
    lake_file = _find_lake_file(settings, lead)
    return Origin(lead.table, lead.key, lake_file, sha256, lead.row_no, response, problem)


def _find_lake_file(settings: Settings, lead: _Lead) -> Path | None:
    """Return the partition's file with a row of the response; null when it has moved on."""
    for path in sorted((settings.home / "lake" / lead.dataset).glob(f"*={lead.day}/*.parquet")):
        if path.name.startswith("."):
            continue
        if lead.raw_sha256 is None:
            return path
        if lead.raw_sha256 in _read_lake(path, ["raw_sha256"])["raw_sha256"].to_pylist():
            return path
    return None


def _read_lake(path: Path, columns: list[str]) -> pa.Table:
    try:
        return pq.read_table(path, columns=columns, partitioning=None)
    except (OSError, pa.ArrowException, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise CorruptFileError(
            f"{path} cannot be read ({reason}): `daily-papers build` says how to mend it"
        ) from error


def _find_sources(settings: Settings, table: str) -> dict[str, tuple[str, ...]]:
    """Return what each table reads, from one table down to the lake."""
    project = load_project(settings.sql_dir)
    reads: dict[str, tuple[str, ...]] = {
        **derive.SOURCES,
        **{name: model.sources for name, model in project.models.items()},
    }
    found: dict[str, tuple[str, ...]] = {}
    waiting = [table]
    while waiting:
        name = waiting.pop(0)
        if name not in found and name in reads:
            found[name] = tuple(reads[name])
            waiting += found[name]
    return found


def _find_files(settings: Settings, sources: Mapping[str, tuple[str, ...]]) -> dict[str, Path]:
    names = {name for read in sources.values() for name in read} | set(sources)
    files = {name: _FILES[name](settings) for name in sorted(names & _FILES.keys())}
    return {name: path for name, path in files.items() if path is not None}


def _say_file(response: StoredResponse) -> Path:
    """Return the file with the bytes; of a fetch that failed the note of it."""
    return response.meta_path if response.sha256 is None else response.body_path


def _read(
    con: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any] | Sequence[Any]
) -> list[dict[str, Any]]:
    result = con.execute(sql, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
