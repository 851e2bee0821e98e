"""DuckDB connections and files: the private one of a build, the published copy, a snapshot.

The published copy is made from a snapshot's Parquet files and manifest alone, so it can be
made again at any time, for any snapshot.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from daily_papers.settings import Settings
from daily_papers.warehouse.snapshots import Manifest, Table

# DuckDB 1.2 and later open the file too
STORAGE_VERSION = "v1.2.0"
# Tables of whole texts, in the file that builds keep. To compress them took as long as to make
# them, one row group a core: 5 of 47 s at 150,000 papers; the file grows from 0.8 to 1.4 GB.
LONG_TEXTS = ("lake.papers", "intermediate.papers", "core.papers")
_SNAPSHOT_COMMENT = "The snapshot that this file was made from.\nOne row."
_SNAPSHOT_COLUMNS = {
    "snapshot_id": "id of the snapshot",
    "created_at": "when it was published, UTC",
    "code_version": "version of daily-papers that made it, and its git commit where known",
    "input_fingerprint": "sha256 over lake, models and rules; equal means the same tables",
}


def quote(text: str) -> str:
    """Return text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def quote_name(text: str) -> str:
    """Return text as the name of a column."""
    return '"' + text.replace('"', '""') + '"'


def say_in_one_line(error: Exception) -> str:
    """Return DuckDB's message without the excerpt of the query below it."""
    message = str(error).split("\n\nLINE ", 1)[0]
    return " ".join(line.strip() for line in message.splitlines() if line.strip())


def connect(settings: Settings, temp_dir: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database within the limits of the settings; installs nothing.

    Args:
        settings: memory limit and threads.
        temp_dir: where to spill to; without one nothing is spilt.
    """
    con = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{settings.duckdb_memory_limit_mb}MiB",
            "threads": settings.duckdb_threads,
            "temp_directory": str(temp_dir) if temp_dir else "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,  # a table name is never a Python variable
        },
    )
    # a cast of TIMESTAMPTZ to DATE goes by the session's zone
    con.execute("set timezone = 'UTC'")
    con.execute("set enable_progress_bar = false")
    return con


@contextmanager
def filling(con: duckdb.DuckDBPyConnection, table: str) -> Iterator[None]:
    """Let what is written into a table of long texts meanwhile be stored as it is.

    What another connection writes at the same time may be, too; that changes no row.
    """
    if table not in LONG_TEXTS:
        yield
        return
    con.execute("set force_compression = 'uncompressed'")
    try:
        yield
    finally:
        con.execute("reset force_compression")


def connect_beside(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Open a second connection to the same databases, with the same default one.

    Two threads may use one each at the same time.
    """
    own = con.cursor()
    row = con.execute("select current_catalog()").fetchone()
    assert row is not None
    own.execute(f"use {row[0]}")
    return own


def write_database(
    con: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest, target: Path
) -> None:
    """Write a database file with the tables, comments and macros of a snapshot.

    Args:
        con: private connection; unchanged afterwards.
        folder: folder of the snapshot's Parquet files.
        manifest: its manifest.
        target: file to write; must not exist.
    """
    # without a log: a target that was not finished is thrown away anyway
    con.execute(
        f"attach {quote(str(target))} as target "
        f"(storage_version '{STORAGE_VERSION}', recovery_mode no_wal_writes)"
    )
    try:
        con.execute("use target")
        _fill(con, folder, manifest, "table")
        for table in manifest.tables:
            con.execute(f"comment on table {table.name} is {quote(_comment(table))}")
            for column in table.columns:
                con.execute(
                    f"comment on column {table.name}.{column.name} is {quote(column.description)}"
                )
        for macro in manifest.macros:
            con.execute(f"comment on macro table {macro.name} is {quote(macro.description)}")
        con.execute(f"comment on table ops.snapshot is {quote(_SNAPSHOT_COMMENT)}")
        for name, description in _SNAPSHOT_COLUMNS.items():
            con.execute(f"comment on column ops.snapshot.{name} is {quote(description)}")
    finally:
        con.execute("use memory")
        con.execute("detach target")


def open_snapshot(con: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest) -> None:
    """Give an in-memory connection views over a snapshot's files, and its macros."""
    _fill(con, folder, manifest, "view")


def read_snapshot_id(path: Path) -> str | None:
    """Return the id of the snapshot in a database file; None when it cannot be read."""
    if not path.is_file():
        return None
    try:
        with duckdb.connect(":memory:") as con:
            con.execute(f"attach {quote(str(path))} as published (read_only)")
            row = con.execute("select snapshot_id from published.ops.snapshot").fetchone()
    except duckdb.Error:
        return None
    return str(row[0]) if row else None


def _fill(con: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest, kind: str) -> None:
    for schema in sorted({table.schema for table in manifest.tables} | {"ops"}):
        con.execute(f"create schema {schema}")
    for table in manifest.tables:
        file = quote(str(folder / table.file))
        con.execute(f"create {kind} {table.name} as from read_parquet({file})")
    con.execute(
        "create table ops.snapshot as select "
        f"{quote(manifest.id)} as snapshot_id, {quote(manifest.created_at)}::timestamp "
        f"as created_at, {quote(manifest.code_version)} as code_version, "
        f"{quote(manifest.input_fingerprint)} as input_fingerprint"
    )
    for macro in manifest.macros:
        con.execute(macro.definition)


def _comment(table: Table) -> str:
    return f"{table.description}\nOne row per ({', '.join(table.grain)})."
