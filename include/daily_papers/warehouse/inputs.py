"""Read the lake's Parquet files into the tables that the SQL models start from.

Files are hashed before and looked at again after the read, so that the fingerprint, the
tables and the hash that a day's judgement names always speak of the same bytes.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from daily_papers import schema
from daily_papers.errors import BusyError, CorruptFileError
from daily_papers.lake.files import describe_damage, find_difference, parse_day
from daily_papers.settings import Settings
from daily_papers.warehouse import database

DATASETS = {
    "papers": schema.PAPERS,
    "observations": schema.OBSERVATIONS,
    "quarantine": schema.QUARANTINE,
    "ledger": schema.LEDGER,
    "shapes": schema.SHAPES,
    "quality_results": schema.QUALITY_RESULTS,
    "arxiv": schema.ARXIV,
    "arxiv_requests": schema.ARXIV_REQUESTS,
}
_FOLDERS = {"quality_results": "quality"}
TABLES = (*(f"lake.{name}" for name in DATASETS), "lake.partitions")
# the day in whose folder a row lies
_DAY = {
    "observations": "observed_at::date",
    "arxiv": "fetched_at::date",
    "arxiv_requests": "fetched_on",
}
_PARTITIONS = pa.schema([("listing_date", pa.string()), ("sha256", pa.string())])


FileState = tuple[str, str, str, str]  # dataset, day, name, sha256


class LakeChangedError(BusyError):
    """A file changed between its hash and its read; reading once more helps."""


class StrayRowsError(Exception):
    """Rows lie in the folder of another day than their own; the days cannot be exchanged."""


@dataclass(frozen=True, slots=True)
class LakeFile:
    """One Parquet file with the state in which it was hashed."""

    dataset: str
    path: Path
    day: str  # of its partition folder
    sha256: str
    stamp: tuple[int, int, int]

    @property
    def state(self) -> FileState:
        """What tells it from another file, or from itself with other bytes."""
        return (self.dataset, self.day, self.path.name, self.sha256)


@dataclass(frozen=True, slots=True)
class Changes:
    """Days of datasets whose files came, went or changed, and the files that lie there now."""

    days: Mapping[str, frozenset[str]]  # by dataset
    files: list[LakeFile]

    @property
    def tables(self) -> list[str]:
        """Tables of the datasets concerned."""
        names = [f"lake.{dataset}" for dataset in self.days]
        return [*names, "lake.partitions"] if "papers" in self.days else names

    def choose(self, table: str) -> str:
        """Return the SQL condition for rows of these days."""
        dataset = "papers" if table == "lake.partitions" else table.removeprefix("lake.")
        days = ", ".join(f"'{day}'" for day in sorted(self.days[dataset]))
        return f"{_DAY.get(dataset, 'listing_date')} in ({days})"


def compare_files(known: Collection[FileState], files: list[LakeFile]) -> Changes:
    """Return the days on which the lake's files are not those known before."""
    now = {file.state for file in files}
    days: dict[str, set[str]] = {}
    for dataset, day, _, _ in now.symmetric_difference(known):
        days.setdefault(dataset, set()).add(day)
    return Changes(
        {dataset: frozenset(own) for dataset, own in sorted(days.items())},
        [file for file in files if file.day in days.get(file.dataset, ())],
    )


def find_strays(con: duckdb.DuckDBPyConnection, files: list[LakeFile]) -> list[str]:
    """Return datasets with rows whose own day is not that of the folder they were read from.

    The lake's writers make none; with them a day could not be exchanged by its rows' days.
    """
    found = []
    for dataset in DATASETS:
        paths = [str(file.path) for file in files if file.dataset == dataset]
        if not paths:
            continue
        day = _DAY.get(dataset, "listing_date")
        strays = con.execute(
            "with stored as (select regexp_extract(replace(file_name, '\\', '/'), "
            "'=([^/=]+)/[^/]+$', 1) as day, sum(num_rows) as row_count "
            "from parquet_file_metadata(?) where num_rows > 0 group by all), "
            f"landed as (select ({day})::varchar as day, count(*) as row_count "
            f"from lake.{dataset} group by all) "
            "(from stored except from landed) union all (from landed except from stored)",
            [paths],
        ).fetchall()
        if strays:
            found.append(dataset)
    return found


def find_files(settings: Settings) -> list[LakeFile]:
    """Hash the files of every dataset, sorted by dataset and path.

    Raises:
        CorruptFileError: one lies in a folder that is not of a day.
    """
    files = []
    for dataset in DATASETS:
        folder = settings.home / "lake" / _FOLDERS.get(dataset, dataset)
        for path in sorted(folder.glob("*=*/*.parquet")):
            if path.name.startswith(".") or path.parent.name.startswith("."):
                continue  # being written, or not the lake's
            day = parse_day(path.parent).isoformat()
            stamp = _stamp(path)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            files.append(LakeFile(dataset, path, day, digest, stamp))
    return files


def create_tables(con: duckdb.DuckDBPyConnection, files: list[LakeFile]) -> None:
    """Create schema lake with one table a dataset, and lake.partitions.

    Raises:
        CorruptFileError: a file that is no Parquet or lacks a column; named with a remedy.
        LakeChangedError: a file changed since it was hashed; the caller starts over.
    """
    con.execute("create schema lake")
    # each footer is wanted three times: for the columns, the rows and find_strays
    con.execute("set parquet_metadata_cache = true")
    for dataset, columns in DATASETS.items():
        empty = columns.empty_table()
        con.register("empty_input", empty)
        con.execute(f"create table lake.{dataset} as from empty_input")
        con.unregister("empty_input")
        own = [file for file in files if file.dataset == dataset]
        if not own:
            continue
        try:
            is_whole = _insert(con, dataset, [str(file.path) for file in own])
        except duckdb.Error as error:
            raise _find_culprit(own) or error from None
        if not is_whole:
            raise _find_culprit(own) or CorruptFileError(
                f"lake.{dataset} is not of its schema: run `daily-papers reprocess`"
            )
    partitions = [file for file in files if file.dataset == "papers"]
    table = pa.table(
        [[file.day for file in partitions], [file.sha256 for file in partitions]],
        schema=_PARTITIONS,
    )
    con.register("partition_input", table)
    con.execute(
        "create table lake.partitions as "
        "select listing_date::date as listing_date, sha256 from partition_input"
    )
    con.unregister("partition_input")
    changed = [file.path for file in files if _stamp(file.path) != file.stamp]
    if changed:
        raise LakeChangedError(f"{changed[0]} changed while it was read; run the build again")


def _insert(con: duckdb.DuckDBPyConnection, dataset: str, paths: list[str]) -> bool:
    """Fill a dataset's table; return whether every column came as the schema has it.

    An optional column that files of an earlier version lack is null in their rows.
    """
    expected = dict(
        con.execute(f"select column_name, column_type from (describe lake.{dataset})").fetchall()
    )
    files = "read_parquet(?, hive_partitioning = false, union_by_name = true)"
    found = dict(
        con.execute(
            f"select column_name, column_type from (describe from {files})", [paths]
        ).fetchall()
    )
    present = [name for name in expected if name in found]
    if any(found[name] != expected[name] for name in present):
        return False
    required = [field.name for field in DATASETS[dataset] if not field.nullable]
    if not set(required) <= set(present):
        return False
    # in the order of the files, threads wait for each other: twice the time for 5,000 small ones
    con.execute("set preserve_insertion_order = false")
    with database.filling(con, f"lake.{dataset}"):
        con.execute(
            f"insert into lake.{dataset} by name select {', '.join(present)} from {files}", [paths]
        )
    con.execute("reset preserve_insertion_order")
    absent = " or ".join(f"{name} is null" for name in required)
    return not con.execute(f"select 1 from lake.{dataset} where {absent} limit 1").fetchall()


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (stat.st_ino, stat.st_size, stat.st_mtime_ns)


def _find_culprit(files: list[LakeFile]) -> Exception | None:
    """Find the file that the read stumbled over, and say what is wrong with it."""
    for file in files:
        if _stamp(file.path) != file.stamp:
            return LakeChangedError(f"{file.path} changed while it was read; run the build again")
        try:
            reason = find_difference(
                pq.read_table(file.path, partitioning=None), DATASETS[file.dataset]
            )
        except (pa.ArrowException, OSError) as fault:
            reason = str(fault).splitlines()[0]
        if reason:
            return CorruptFileError(describe_damage(file.path, reason))
    return None
