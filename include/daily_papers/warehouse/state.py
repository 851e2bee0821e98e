"""The tables of the last build, kept so that the next one can refresh them.

`cache/build/state.duckdb` holds every table and view of the models, and says in
`build.memo` of which rules they are, whether they passed their audit, and in `build.files`
of which files of the lake. The memo is taken away before a table changes and written after the
last one did: a build that was killed leaves a file without a memo, and the next build starts
from nothing.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from daily_papers.settings import Settings
from daily_papers.warehouse import database, inputs
from daily_papers.warehouse.scope import STATE

_FILES = pa.schema([(name, pa.string()) for name in ("dataset", "day", "name", "sha256")])


def state_path(settings: Settings) -> Path:
    """Return the file; deleting it costs one full build."""
    return settings.home / "cache" / "build" / "state.duckdb"


@contextmanager
def open_state(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a private connection whose default catalog is the state, and a folder to spill to.

    A file that cannot be opened is replaced by an empty one. Call it under the lock of the
    builders, which keeps the connection alone there.
    """
    temp_dir = settings.home / "tmp" / "build"
    shutil.rmtree(temp_dir, ignore_errors=True)
    temp_dir.mkdir(parents=True)
    try:
        with database.connect(settings, temp_dir) as con:
            _attach(con, state_path(settings))
            yield con
    finally:
        shutil.rmtree(temp_dir, ignore_errors=True)


def start_anew(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Replace the state by an empty one."""
    con.execute("use memory")
    con.execute(f"detach {STATE}")
    remove(settings)
    _attach(con, state_path(settings))


def remove(settings: Settings) -> None:
    """Remove the file and its log."""
    path = state_path(settings)
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Memo:
    """What the kept tables are of."""

    files: set[inputs.FileState]
    fingerprint: str  # of files and rules, as a snapshot's manifest has it
    has_passed: bool  # every check that stops a publication found no row in them


def read_memo(con: duckdb.DuckDBPyConnection, rules: str) -> Memo | None:
    """Return what the tables are of; None when they cannot be refreshed."""
    try:
        memo = con.execute(
            f"select rules, fingerprint, has_passed from {STATE}.build.memo"
        ).fetchall()
        rows = con.execute(f"select dataset, day, name, sha256 from {STATE}.build.files").fetchall()
    except duckdb.Error:
        return None  # nothing there, or damaged: a full build is the remedy
    return Memo(set(rows), *memo[0][1:]) if memo and memo[0][0] == rules else None


def begin(con: duckdb.DuckDBPyConnection) -> None:
    """Say that the tables are of no files from now on."""
    con.execute(f"delete from {STATE}.build.memo")


def finish(
    con: duckdb.DuckDBPyConnection, rules: str, files: list[inputs.LakeFile], fingerprint: str
) -> None:
    """Say that the tables are of these rules and files, and their fingerprint; not audited."""
    table = pa.Table.from_pylist(
        [dict(zip(_FILES.names, file.state, strict=True)) for file in files], schema=_FILES
    )
    con.execute(f"create schema if not exists {STATE}.build")
    con.register("file_input", table)
    con.execute(f"create or replace table {STATE}.build.files as from file_input")
    con.unregister("file_input")
    con.execute(
        f"create or replace table {STATE}.build.memo as "
        "select ? as rules, ? as fingerprint, false as has_passed",
        [rules, fingerprint],
    )
    con.execute(f"checkpoint {STATE}")


def note_passed(con: duckdb.DuckDBPyConnection) -> None:
    """Say that the tables passed their audit: later ones need it of what changed only."""
    con.execute(f"update {STATE}.build.memo set has_passed = true")
    con.execute(f"checkpoint {STATE}")


def _attach(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # without a log nothing is on the disk before a checkpoint, and then the whole of it
    statement = f"attach {database.quote(str(path))} as {STATE} (recovery_mode no_wal_writes)"
    try:
        con.execute(statement)
    except duckdb.Error:
        if not path.exists():
            raise
        path.unlink()
        path.with_name(path.name + ".wal").unlink(missing_ok=True)
        con.execute(statement)
    con.execute(f"use {STATE}")
