"""What differs between two snapshots: tables, columns, and rows by key.

Rows are matched by the grain that the manifest gives and compared column by column, null
being equal to null. Tables of equal hash are not read. The work is DuckDB's, within its
memory limit; what does not fit is spilt to a temporary folder.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import duckdb

from daily_papers.errors import CorruptFileError, InvalidInputError, StorageError
from daily_papers.lake.files import write_bytes
from daily_papers.settings import Settings
from daily_papers.warehouse import database, snapshots
from daily_papers.warehouse.snapshots import Column, Manifest, Table

FILE_SUFFIXES = (".json", ".parquet")  # of --out; without one it is a folder
_BATCH_ROWS = 1_000
_COPY = "(format parquet, compression zstd, row_group_size 122880)"


@dataclass(frozen=True, slots=True)
class TableDifference:
    """What differs in one table; counts are null where there is nothing to compare."""

    name: str
    change: str  # 'equal', 'changed', 'added' or 'removed'
    rows_before: int | None
    rows_after: int | None
    columns_added: tuple[Column, ...] = ()
    columns_removed: tuple[Column, ...] = ()
    columns_retyped: tuple[tuple[str, str, str], ...] = ()  # name, type before, type after
    key: tuple[str, ...] = ()
    added: int | None = None
    removed: int | None = None
    changed: int | None = None
    note: str | None = None  # why rows were not matched

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "table": self.name,
            "change": self.change,
            "rows_before": self.rows_before,
            "rows_after": self.rows_after,
            "columns_added": {column.name: column.type for column in self.columns_added},
            "columns_removed": {column.name: column.type for column in self.columns_removed},
            "columns_retyped": {
                name: {"before": before, "after": after}
                for name, before, after in self.columns_retyped
            },
            "key": list(self.key),
            "added": self.added,
            "removed": self.removed,
            "changed": self.changed,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class RowDifference:
    """One row that was added, removed or changed.

    `before` and `after` have every column of a row that was added or removed, and of a
    changed one those that differ.
    """

    change: str
    key: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "change": self.change,
            "key": self.key,
            "before": self.before,
            "after": self.after,
        }


class Comparison:
    """Two snapshots side by side; made by `compare`."""

    def __init__(self, con: duckdb.DuckDBPyConnection, before: Manifest, after: Manifest) -> None:
        self._con = con
        self.before = before
        self.after = after
        self.tables: list[TableDifference] = []
        self._stored: dict[str, str] = {}  # table -> where its rows are

    def add(self, difference: TableDifference, stored: str | None) -> None:
        """Take in the next table."""
        self.tables.append(difference)
        if stored is not None:
            self._stored[difference.name] = stored

    def read_rows(self, table: str, limit: int | None = None) -> Iterator[RowDifference]:
        """Yield the rows of a table that differ, by key; none of a table that has none."""
        if table not in self._stored:
            return
        key = self._key_of(table)
        cut = "" if limit is None else f" limit {limit}"
        result = self._con.cursor().execute(
            f"select {_AS_TEXT.format(key=_pack(key))} from {self._stored[table]}{cut}"
        )
        while rows := result.fetchmany(_BATCH_ROWS):
            for change, key_json, names, before, after in rows:
                yield RowDifference(
                    change, json.loads(key_json), _keep(before, names), _keep(after, names)
                )

    def write_json(self, file: IO[str], limit: int | None = None) -> None:
        """Write everything as one JSON document, rows a line each.

        Args:
            file: to write to.
            limit: rows of each table at most; default all.
        """
        head = {"before": self.before.id, "after": self.after.id}
        file.write(json.dumps(head, indent=1)[:-2] + ',\n "tables": [')
        for number, difference in enumerate(self.tables):
            text = json.dumps(difference.as_dict(), ensure_ascii=False)
            file.write(f'{"," if number else ""}\n  {text[:-1]}, "rows": [')
            for row_no, row in enumerate(self.read_rows(difference.name, limit)):
                line = json.dumps(row.as_dict(), ensure_ascii=False)
                file.write(f"{',' if row_no else ''}\n   {line}")
            file.write("]}")
        file.write("\n ]\n}\n")

    def write(self, target: Path) -> None:
        """Write everything to a file that ends in .json or .parquet, or to a new folder.

        The Parquet file has a line a row, keys and values as JSON. The folder has
        summary.json and one Parquet file a table, with columns of their own types.

        Raises:
            InvalidInputError: another ending, or a folder that is not empty.
            StorageError: the disk refused it.
        """
        try:
            if target.suffix == ".json":
                with _put_in_place(target) as path, path.open("w", encoding="utf-8") as file:
                    self.write_json(file)
            elif target.suffix == ".parquet":
                self._write_parquet(target)
            elif target.suffix and not target.is_dir():
                raise InvalidInputError(f"--out {target}: a folder, or a .json or .parquet file")
            else:
                self._write_folder(target)
        except OSError as error:
            raise StorageError(f"cannot write {target}: {error.strerror}") from error
        except duckdb.IOException as error:
            reason = database.say_in_one_line(error)
            raise StorageError(f"cannot write {target}: {reason}") from error

    def _write_parquet(self, target: Path) -> None:
        parts = [
            f"select {database.quote(name)} as table_name, "
            + _AS_TEXT.format(key=_pack(self._key_of(name)))
            + f" from {stored}"
            for name, stored in self._stored.items()
        ]
        nothing = (
            "select null::varchar as table_name, null::varchar as change, null::varchar as key, "
            "null::varchar[] as changed_columns, null::varchar as before, null::varchar as after "
            "limit 0"
        )
        query = " union all ".join(parts) or nothing
        with _put_in_place(target) as path:
            self._con.execute(f"copy ({query}) to {database.quote(str(path))} {_COPY}")

    def _write_folder(self, folder: Path) -> None:
        if folder.is_dir() and any(folder.iterdir()):
            raise InvalidInputError(f"--out {folder}: the folder is not empty")
        folder.mkdir(parents=True, exist_ok=True)
        for name, stored in self._stored.items():
            path = database.quote(str(folder / f"{name}.parquet"))
            self._con.execute(f"copy (from {stored}) to {path} {_COPY}")
        summary = {
            "before": self.before.id,
            "after": self.after.id,
            "tables": [difference.as_dict() for difference in self.tables],
        }
        text = json.dumps(summary, ensure_ascii=False, indent=1) + "\n"
        write_bytes(folder / "summary.json", text.encode())

    def _key_of(self, table: str) -> tuple[str, ...]:
        return next(difference.key for difference in self.tables if difference.name == table)


@contextmanager
def compare(
    settings: Settings, before: str, after: str, names: Iterable[str] = ()
) -> Iterator[Comparison]:
    """Compare two snapshots; both stay for the block.

    Args:
        settings: where the warehouse lies, limits.
        before: snapshot as snapshots.resolve takes it.
        after: the same.
        names: tables to look at, as schema.table or a whole schema; default all.

    Raises:
        InvalidInputError: no such snapshot or table.
        CorruptFileError: a file is not what was published; names it.
        StorageError: memory and temporary disk do not suffice.
    """
    with (
        snapshots.reading(settings, before) as old,
        snapshots.reading(settings, after) as new,
        tempfile.TemporaryDirectory(prefix="daily-papers-diff-") as temp_dir,
        database.connect(settings, Path(temp_dir)) as con,
    ):
        comparison = Comparison(con, old, new)
        tables_before = {table.name: table for table in old.tables}
        tables_after = {table.name: table for table in new.tables}
        chosen = _choose(sorted(tables_before.keys() | tables_after.keys()), tuple(names))
        try:
            for number, name in enumerate(chosen):
                first, last = tables_before.get(name), tables_after.get(name)
                if first is None or last is None:
                    comparison.add(_one_sided(name, first, last), None)
                elif first.sha256 == last.sha256:
                    equal = TableDifference(
                        name, "equal", first.rows, last.rows, (), (), (), last.grain, 0, 0, 0
                    )
                    comparison.add(equal, None)
                else:
                    for manifest, table in ((old, first), (new, last)):
                        damage = snapshots.find_damage(settings, manifest, (table,))
                        if damage:
                            raise CorruptFileError(
                                f"{damage}: snapshot {manifest.id} cannot be compared"
                            )
                    paths = [
                        snapshots.snapshot_dir(settings, manifest.id) / table.file
                        for manifest, table in ((old, first), (new, last))
                    ]
                    stored = f"difference_{number}"
                    comparison.add(*_compare_table(con, stored, first, last, paths))
        except duckdb.OutOfMemoryException as error:
            raise StorageError(
                f"{database.say_in_one_line(error)}; raise DAILY_PAPERS_DUCKDB_MEMORY_LIMIT_MB, "
                f"or free space under {tempfile.gettempdir()}"
            ) from error
        yield comparison


def match_rows(
    con: duckdb.DuckDBPyConnection,
    target: str,
    paths: list[Path],
    key: tuple[str, ...],
    columns: tuple[list[str], list[str]],
    retyped: Iterable[str] = (),
) -> None:
    """Create a table of the rows that differ between two Parquet files, by key.

    Its columns: change ('added', 'removed', 'changed'), the key's own, changed_columns,
    before and after (structs of all other columns, null where the row is not there).

    Args:
        con: connection that may read the files.
        target: name of the table to create.
        paths: file before, file after.
        key: columns that name a row, in both files.
        columns: columns of the file before, of the file after.
        retyped: columns whose types differ; they are compared as text.
    """
    rests = [[name for name in names if name not in key] for names in columns]
    retyped = set(retyped)
    differs = {
        name: (
            f"(b.{_quote(name)}::varchar is distinct from a.{_quote(name)}::varchar)"
            if name in retyped
            else f"(b.{_quote(name)} is distinct from a.{_quote(name)})"
        )
        for name in rests[0]
        if name in rests[1]
    }
    listed = ", ".join(
        f"case when {sql} then {database.quote(n)} end" for n, sql in differs.items()
    )
    joined = " and ".join(f"b.{_quote(name)} is not distinct from a.{_quote(name)}" for name in key)
    keys = ", ".join(
        f"case when a.is_there then a.{_quote(name)} else b.{_quote(name)} end as {_quote(name)}"
        for name in key
    )
    any_differs = " or ".join(differs.values()) or "false"
    sides = [
        f"(select *, true as is_there from read_parquet({database.quote(str(path))}))"
        for path in paths
    ]
    con.execute(
        f"create table {target} as select "
        "case when b.is_there is null then 'added' when a.is_there is null then 'removed' "
        f"else 'changed' end as change, {keys}, "
        "case when b.is_there and a.is_there then "
        f"list_filter([{listed}]::varchar[], lambda name: name is not null) end "
        "as changed_columns, "
        f"case when b.is_there then {_pack(rests[0], 'b.')} end as before, "
        f"case when a.is_there then {_pack(rests[1], 'a.')} end as after "
        f"from {sides[0]} as b full join {sides[1]} as a on {joined} "
        f"where b.is_there is null or a.is_there is null or {any_differs} "
        f"order by {', '.join(f'{_quote(name)} nulls first' for name in key)}"
    )


def _compare_table(
    con: duckdb.DuckDBPyConnection, stored: str, first: Table, last: Table, paths: list[Path]
) -> tuple[TableDifference, str | None]:
    before = {column.name: column for column in first.columns}
    after = {column.name: column for column in last.columns}
    retyped = tuple(
        (name, before[name].type, after[name].type)
        for name in before
        if name in after and before[name].type != after[name].type
    )
    found: dict[str, Any] = {
        "columns_added": tuple(after[name] for name in after if name not in before),
        "columns_removed": tuple(before[name] for name in before if name not in after),
        "columns_retyped": retyped,
        "key": last.grain,
    }
    names = [name for name, *_ in retyped]
    if first.grain != last.grain or set(names) & set(last.grain):
        note = (
            f"rows are not matched: the key was ({', '.join(first.grain)}) and is "
            f"({', '.join(last.grain)}){', of another type' if first.grain == last.grain else ''}"
        )
        difference = TableDifference(
            last.name, "changed", first.rows, last.rows, **found, note=note
        )
        return difference, None
    match_rows(con, stored, paths, last.grain, (list(before), list(after)), names)
    counts = dict(con.execute(f"select change, count(*) from {stored} group by all").fetchall())
    difference = TableDifference(
        last.name,
        "changed",
        first.rows,
        last.rows,
        **found,
        **{change: counts.get(change, 0) for change in ("added", "removed", "changed")},
    )
    return difference, stored


def _one_sided(name: str, first: Table | None, last: Table | None) -> TableDifference:
    return TableDifference(
        name,
        "added" if first is None else "removed",
        None if first is None else first.rows,
        None if last is None else last.rows,
    )


def _choose(known: list[str], names: tuple[str, ...]) -> list[str]:
    for name in names:
        if not any(table == name or table.startswith(f"{name}.") for table in known):
            raise InvalidInputError(f"no table {name!r}; there are: {', '.join(known)}")
    return [
        table
        for table in known
        if not names or any(table == name or table.startswith(f"{name}.") for name in names)
    ]


_AS_TEXT = (
    "change, to_json({key})::varchar as key, changed_columns, "
    "to_json(before)::varchar as before, to_json(after)::varchar as after"
)


def _keep(row_json: str | None, names: list[str] | None) -> dict[str, Any] | None:
    """Read a row; of a changed one keep the columns that differ."""
    row: dict[str, Any] | None = None if row_json is None else json.loads(row_json)
    if row is None or names is None:
        return row
    return {name: row[name] for name in names}


def _pack(names: Iterable[str], side: str = "") -> str:
    parts = ", ".join(f"{_quote(name)} := {side}{_quote(name)}" for name in names)
    return f"struct_pack({parts})" if parts else "null::struct(nothing boolean)"


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _put_in_place(target: Path) -> Iterator[Path]:
    """Give a path beside the target; what is written there replaces it."""
    temporary = target.with_name(f".{target.name}.new")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield temporary
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
