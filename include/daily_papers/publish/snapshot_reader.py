"""Read one published snapshot: every query of an output sees the same tables.

Its files are held against their hashes first, as what is made of them goes out to people, and
are not removed while they are read. What a reader typed (a tag, a day) is always a bound
value, never part of the SQL.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from daily_papers.errors import CorruptFileError, InvalidInputError
from daily_papers.settings import Settings
from daily_papers.warehouse import database, snapshots
from daily_papers.warehouse.snapshots import Manifest


class MissingInSnapshotError(InvalidInputError):
    """A snapshot of another version lacks a table or a column."""

    def __init__(self, manifest: Manifest, what: str):
        super().__init__(f"snapshot {manifest.id} {what}: run `daily-papers build`")
        self.what = what


class SnapshotReader:
    """The tables of one snapshot on a connection of their own."""

    def __init__(self, con: duckdb.DuckDBPyConnection, manifest: Manifest):
        self._con = con
        self.manifest = manifest
        self._columns = {
            table.name: {column.name for column in table.columns} for table in manifest.tables
        }

    def has(self, table: str, *columns: str) -> bool:
        """Tell whether the snapshot has a table with these columns; older ones lack some."""
        return table in self._columns and self._columns[table].issuperset(columns)

    def require(self, table: str) -> None:
        """Refuse a snapshot that lacks a table.

        Raises:
            MissingInSnapshotError: names the table, the snapshot and the remedy.
        """
        if not self.has(table):
            raise MissingInSnapshotError(self.manifest, f"has no table {table}")

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Run a query; `?` stands for the values in turn.

        Raises:
            MissingInSnapshotError: the snapshot lacks what the query names.
            CorruptFileError: a file of the snapshot cannot be read.
        """
        try:
            cursor = self._con.execute(sql, list(values))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            said = database.say_in_one_line(error).partition(": ")[2]
            raise MissingInSnapshotError(self.manifest, f"lacks a part ({said})") from error
        except (duckdb.ParserException, duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise
        except duckdb.Error as error:  # a damaged page is told in many ways
            raise _refuse(
                f"snapshot {self.manifest.id}: {database.say_in_one_line(error)}"
            ) from None


@contextmanager
def open_snapshot(settings: Settings, snapshot_id: str | None = None) -> Iterator[SnapshotReader]:
    """Open a snapshot for reading.

    Args:
        settings: where the warehouse lies, limits.
        snapshot_id: default the current one.

    Raises:
        InvalidInputError: nothing is published yet, or no such snapshot.
        CorruptFileError: a file of the snapshot is not what was published; names it.
    """
    with snapshots.reading(settings, snapshot_id) as manifest, database.connect(settings) as con:
        damage = snapshots.find_damage(settings, manifest)
        if damage:
            raise _refuse(damage)
        folder = snapshots.snapshot_dir(settings, manifest.id)
        try:
            database.open_snapshot(con, folder, manifest)
        except duckdb.Error as error:
            raise _refuse(f"{folder}: {database.say_in_one_line(error)}") from None
        yield SnapshotReader(con, manifest)


def _refuse(reason: str) -> CorruptFileError:
    return CorruptFileError(f"{reason}; run `daily-papers build` to publish anew")
