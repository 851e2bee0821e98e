"""Answer ad-hoc SQL from the published warehouse; writes nothing."""

import itertools
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa
from duckdb.sqltypes import DuckDBPyType

from daily_papers.errors import CorruptFileError, InvalidInputError, QueryLimitError
from daily_papers.settings import Settings
from daily_papers.warehouse import database, snapshots
from daily_papers.warehouse.snapshots import Manifest

_BATCH_ROWS = 2_048  # DuckDB's vector, the least that it hands on: rows may be megabytes
_INTERRUPT_EVERY_S = 0.1
_READING_TYPES = {
    duckdb.StatementType.SELECT,
    duckdb.StatementType.EXPLAIN,  # EXPLAIN ANALYZE runs what it explains, a COPY too
    duckdb.StatementType.MULTI,  # anything with a PIVOT in it, a COPY too
}
_QUERY_VERBS = ("select", "with", "from", "values", "table", "pivot", "unpivot")
_READING_VERBS = {*_QUERY_VERBS, "show", "describe", "desc", "summarize"}
_SHOW_TABLES = re.compile(r"\s*show\s+tables\s*;?\s*", re.IGNORECASE)
_NUMBERS = {
    "boolean", "tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint",
    "uinteger", "ubigint", "uhugeint", "float", "double", "decimal",
}  # fmt: skip
_WORDS = {"varchar", "enum", "uuid", "null"}
# Arrow and Parquet have these, but CSV has no bytes, and Python no year 10000 and none B.C.
_TIMES_AND_BYTES = {
    "date", "time", "timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns",
    "timestamp with time zone", "blob",
}  # fmt: skip


def run_query(
    settings: Settings,
    sql: str,
    snapshot_id: str | None = None,
    row_limit: int | None = None,
) -> pa.Table:
    """Run one query and return the whole answer; see `stream_query`."""
    with stream_query(settings, sql, snapshot_id, row_limit=row_limit) as reader:
        return reader.read_all()


@contextmanager
def stream_query(
    settings: Settings,
    sql: str,
    snapshot_id: str | None = None,
    *,
    row_limit: int | None = None,
    offset: int = 0,
    timeout_s: float | None = None,
    memory_limit_mb: int | None = None,
    as_text: bool = False,
    longest_cell: int | None = None,
) -> Iterator[pa.RecordBatchReader]:
    """Run one query and give its answer in batches, so that it may be larger than memory.

    Types that Parquet does not have, such as INTERVAL or UNION, come as DuckDB writes them.

    Args:
        settings: where the warehouse lies, limits.
        sql: one statement that reads.
        snapshot_id: snapshot to ask, as snapshots.resolve takes it; default the current one.
        row_limit: rows to return at most.
        offset: rows to leave out before those.
        timeout_s: longest time for the block; default none.
        memory_limit_mb: memory in MiB that DuckDB, and that a batch may take; default by the
            settings.
        as_text: dates, times and bytes come as text too, for a format that has none.
        longest_cell: characters that text is cut to; lists and structs become text for that.

    Raises:
        InvalidInputError: nothing is published yet, no such snapshot, or the SQL is wrong.
        QueryLimitError: it took longer or more memory than allowed.
        CorruptFileError: a published file is damaged; names it.
    """
    limit_mb = memory_limit_mb or settings.duckdb_memory_limit_mb
    with open_warehouse(settings, snapshot_id, sql, limit_mb) as con:
        statement = _check_statement(con, sql)
        clock = _Clock(con, timeout_s)
        try:
            with clock:
                relation = _spell(con.sql(statement), as_text, longest_cell)
                reader = relation.to_arrow_reader(_BATCH_ROWS)
                batches = clock.watch(_bound(_cut(reader, offset, row_limit), limit_mb))
                columns = _name_apart(reader.schema)
                renamed = (
                    pa.RecordBatch.from_arrays(one.columns, schema=columns) for one in batches
                )
                yield pa.RecordBatchReader.from_batches(columns, renamed)
        except duckdb.Error as error:
            raise _explain(error, settings, clock, limit_mb) from None
        except RuntimeError as error:
            if "interrupt" in str(error).lower():  # so DuckDB passes Ctrl-C on
                raise KeyboardInterrupt from None
            raise


@contextmanager
def open_warehouse(
    settings: Settings,
    snapshot_id: str | None = None,
    sql: str = "",
    memory_limit_mb: int | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for reading, every other door closed.

    Args:
        settings: where the warehouse lies, limits.
        snapshot_id: snapshot to ask, as snapshots.resolve takes it; default the current one.
        sql: what will be asked; of a snapshot, the tables it names are held against their
            hashes first.
        memory_limit_mb: memory in MiB that DuckDB may take; default by the settings.

    Raises:
        InvalidInputError: nothing is published yet, or no such snapshot.
        CorruptFileError: a published file is damaged; names it.
    """
    with database.connect(settings) as con:
        if memory_limit_mb is not None:
            con.execute(f"set memory_limit = '{int(memory_limit_mb)}MiB'")
        path = snapshots.database_path(settings)
        if snapshot_id is None and path.is_file():
            try:
                con.execute(f"attach {database.quote(str(path))} as warehouse (read_only)")
            except duckdb.Error as error:
                raise CorruptFileError(
                    f"{path} cannot be opened ({database.say_in_one_line(error)}): close the "
                    "program that writes to it, or delete it and run `daily-papers build`"
                ) from None
            con.execute("use warehouse")
            _lock(con)
            yield con
            return
        with snapshots.reading(settings, snapshot_id) as manifest:
            _open_files(con, settings, manifest, sql)
            _lock(con)
            yield con


def _open_files(
    con: duckdb.DuckDBPyConnection, settings: Settings, manifest: Manifest, sql: str
) -> None:
    folder = snapshots.snapshot_dir(settings, manifest.id)
    remedy = (
        "ask another snapshot, or if it is the current one, run `daily-papers build` to publish "
        "anew"
    )
    macros = [macro for macro in manifest.macros if macro.name.split(".")[1] in sql.lower()]
    text = " ".join([sql, *(macro.definition for macro in macros)]).lower()
    named = tuple(table for table in manifest.tables if table.table in text)
    damage = snapshots.find_damage(settings, manifest, named)
    if damage:
        raise CorruptFileError(f"{damage}: {remedy}")
    try:
        database.open_snapshot(con, folder, manifest)
    except duckdb.Error as error:
        reason = snapshots.find_damage(settings, manifest) or database.say_in_one_line(error)
        raise CorruptFileError(f"{reason}: {remedy}") from None
    # only what reads gets past run_query, so that allowed means readable
    con.execute(f"set allowed_directories = [{database.quote(str(folder))}]")


def _lock(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")


def _check_statement(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    """Return the one statement that reads."""
    try:
        statements = con.extract_statements(sql)
    except duckdb.Error as error:
        raise InvalidInputError(database.say_in_one_line(error)) from None
    if len(statements) != 1:
        raise InvalidInputError(f"expected one SQL statement, got {len(statements)}")
    verb = _find_verb(sql)
    if statements[0].type not in _READING_TYPES or verb not in _READING_VERBS:
        raise InvalidInputError(
            f"{verb.upper()} is not allowed: the warehouse is read-only; "
            "copy daily_papers.duckdb to change a copy"
        )
    # tables of the default schema alone, of which there are none
    return "show all tables" if _SHOW_TABLES.fullmatch(sql) else str(statements[0].query)


def _find_verb(sql: str) -> str:
    """Return the first word that is no comment, bracket, EXPLAIN or ANALYZE."""
    code = sql.encode()  # tokens are counted in bytes
    for start, kind in duckdb.tokenize(sql):
        word = re.match(rb"\w+", code[start:])
        if kind == duckdb.token_type.comment or word is None:
            continue
        verb = word[0].decode().lower()
        if verb not in {"explain", "analyze"}:
            return verb
    return ""


def _spell(
    relation: duckdb.DuckDBPyRelation, as_text: bool, longest_cell: int | None
) -> duckdb.DuckDBPyRelation:
    """Let DuckDB write what the format has no type for; see `stream_query`."""
    native = _NUMBERS | _WORDS | (set() if as_text else _TIMES_AND_BYTES)
    spelt = []
    for number, kind in enumerate(relation.types, start=1):
        text, wanted = f"#{number}", _find_type(kind, native)
        if longest_cell is not None and kind.id not in _NUMBERS:
            text = f"left({text}::varchar, {longest_cell})"
        elif wanted != str(kind):
            text = f"{text}::{wanted}"
        spelt.append(text)
    if spelt == [f"#{number}" for number in range(1, len(spelt) + 1)]:
        return relation
    names = [database.quote_name(name) for name in relation.columns]
    return relation.project(
        ", ".join(f"{text} as {name}" for text, name in zip(spelt, names, strict=True))
    )


def _find_type(kind: DuckDBPyType, native: set[str]) -> str:
    """Return the type to cast to: what is not native is text, at any depth."""
    if kind.id in native:
        return str(kind)
    if kind.id not in {"list", "array", "struct", "tuple", "map"}:
        return "VARCHAR"
    children = kind.children  # of an array also its size
    parts = [_find_type(part, native) for _, part in children if isinstance(part, DuckDBPyType)]
    if kind.id in {"list", "array"}:
        return f"{parts[0]}[{children[1][1] if kind.id == 'array' else ''}]"
    if kind.id == "struct":
        names = [database.quote_name(name) for name, _ in children]
        parts = [f"{name} {part}" for name, part in zip(names, parts, strict=True)]
    return f"{kind.id}({', '.join(parts)})"


def _bound(batches: Iterator[pa.RecordBatch], limit_mb: int) -> Iterator[pa.RecordBatch]:
    """Pass batches on that fit into memory; DuckDB does not count what it handed on."""
    for batch in batches:
        if batch.nbytes > limit_mb * 2**20:
            raise duckdb.OutOfMemoryException("one batch of the answer is larger")
        yield batch


class _Clock:
    """Interrupts a connection's query once its time is over."""

    def __init__(self, con: duckdb.DuckDBPyConnection, timeout_s: float | None) -> None:
        self.timeout_s = timeout_s
        self.is_over = False
        self._con = con
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)

    def __enter__(self) -> "_Clock":
        if self.timeout_s is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self.timeout_s is not None:
            self._thread.join()

    def watch(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Pass batches on until the time is over."""
        while True:
            try:
                batch = next(batches, None)
            except (pa.ArrowException, OSError) as error:
                raise duckdb.Error(str(error)) from None  # of the query, as Arrow hands it on
            if self.is_over:
                raise duckdb.InterruptException("the time is over")
            if batch is None:
                return
            yield batch

    def _wait(self) -> None:
        if self._done.wait(self.timeout_s):
            return
        self.is_over = True
        # more than once: one that comes before the query runs is forgotten
        while not self._done.wait(_INTERRUPT_EVERY_S):
            self._con.interrupt()


def _explain(
    error: duckdb.Error, settings: Settings, clock: _Clock, memory_limit_mb: int
) -> Exception:
    message = database.say_in_one_line(error)
    if clock.is_over:
        return QueryLimitError(
            f"the query took longer than {clock.timeout_s:g} s: ask for less, or raise "
            "--timeout-s or DAILY_PAPERS_SQL_TIMEOUT_S"
        )
    is_too_much = isinstance(error, duckdb.OutOfMemoryException) or any(
        # the second is of a batch whose text passes 2 GiB
        sign in message
        for sign in ("Out of Memory Error", "maximum total string size")
    )
    if is_too_much:
        return QueryLimitError(
            f"the query needs more than {memory_limit_mb} MiB of memory: ask for less, or raise "
            "--memory-limit-mb or DAILY_PAPERS_DUCKDB_MEMORY_LIMIT_MB"
        )
    if isinstance(error, duckdb.FatalException) or "Corrupt database file" in message:
        return CorruptFileError(
            f"{snapshots.database_path(settings)} is damaged ({message}): delete it and run "
            "`daily-papers build`"
        )
    return InvalidInputError(message)


def _cut(
    batches: Iterator[pa.RecordBatch], offset: int, row_limit: int | None
) -> Iterator[pa.RecordBatch]:
    """Leave out the first rows, and those after the limit."""
    missing = row_limit
    for batch in batches:
        if missing is not None and missing <= 0:
            return
        left_out = min(offset, batch.num_rows)
        offset -= left_out
        rest = batch.slice(left_out, missing)
        if rest.num_rows == 0:
            continue
        if missing is not None:
            missing -= rest.num_rows
        yield rest


def _name_apart(columns: pa.Schema) -> pa.Schema:
    """Number columns of one name as `create table as` does: title, title_1."""
    names: list[str] = []
    taken = set(columns.names)
    for name in columns.names:
        repeats = (f"{name}_{number}" for number in itertools.count(1))
        names.append(name if name not in names else next(x for x in repeats if x not in taken))
        taken.add(names[-1])
    fields = zip(columns, names, strict=True)
    return pa.schema([field.with_name(name) for field, name in fields])
