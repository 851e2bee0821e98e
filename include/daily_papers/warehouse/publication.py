"""Write a snapshot and lead readers to it.

Everything is written into hidden files beside its target first. Then three renames, in
this order: the snapshot's folder, the pointer, the .duckdb. A crash between any two leaves
readers on a consistent state, and the next build puts right what is behind.

A rollback moves the pointer back. It holds until the inputs change: a build of the very
inputs that were rolled back from publishes nothing; rolling "back" to the newer snapshot
brings it in again.
"""

import errno
import filecmp
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from daily_papers.errors import CorruptFileError
from daily_papers.lake.files import lock, sha256_of
from daily_papers.settings import Settings
from daily_papers.warehouse import code, database, retention, snapshots
from daily_papers.warehouse.audit import Audit, Finding
from daily_papers.warehouse.models import Project
from daily_papers.warehouse.snapshots import Column, Macro, Manifest, Table

ROW_GROUP_ROWS = 122_880  # fixed: the default depends on the version, and it shapes the bytes
_NEW = ".new-"
# links are not possible there, or this file has too many: a copy serves as well
_NO_LINKS = {errno.EXDEV, errno.EPERM, errno.EACCES, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS}


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Tables whose rows are those of a build before."""

    fingerprint: str  # of that build's inputs
    tables: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Built tables on their private connection, not yet seen by any reader."""

    con: duckdb.DuckDBPyConnection
    settings: Settings
    project: Project
    fingerprint: str
    unchanged: Unchanged | None = None


class Draft:
    """A candidate's files on the way into hidden places, beside its audit."""

    def __init__(self, candidate: Candidate, folder: Path, new_database: Path) -> None:
        self.settings = candidate.settings
        self.folder = folder
        self.new_database = new_database
        # the audit is Python, this is DuckDB: side by side they take two thirds of the time
        self._con = database.connect_beside(candidate.con)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="draft")
        self._manifest = self._pool.submit(self._write, candidate)

    def finish(self, audit: Audit, findings: tuple[Finding, ...]) -> Manifest:
        """Wait for the files, and write beside them what the audit found."""
        manifest = replace(
            self._manifest.result(), checks=tuple(finding.summarise() for finding in findings)
        )
        (self.folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
        audit.store(self.folder, findings)
        return manifest

    def close(self) -> None:
        """Stop whatever is still being written."""
        self._con.interrupt()
        self._pool.shutdown()
        self._con.close()

    def _write(self, candidate: Candidate) -> Manifest:
        self.folder.mkdir(parents=True)
        snapshot_id = self.folder.name.removeprefix(_NEW)
        manifest = Manifest(
            id=snapshot_id,
            created_at=snapshots.created_at(snapshot_id).strftime("%Y-%m-%dT%H:%M:%SZ"),
            code_version=code.name_version(),
            duckdb_version=duckdb.__version__,
            input_fingerprint=candidate.fingerprint,
            tables=_write_tables(self._con, candidate, self.folder),
            checks=(),
            macros=tuple(
                Macro(macro.name, macro.description, macro.definition)
                for macro in candidate.project.macros
            ),
        )
        database.write_database(self._con, self.folder, manifest, self.new_database)
        return manifest


@contextmanager
def drafted(candidate: Candidate) -> Iterator[Draft]:
    """Begin to write a candidate; what was neither published nor kept is removed at the end."""
    settings = candidate.settings
    created_at = datetime.now(UTC).replace(microsecond=0)
    for newest in snapshots.list_ids(settings)[-1:]:
        # ids are in the order of publication, even within a second or when a clock is set back
        created_at = max(created_at, snapshots.created_at(newest) + timedelta(seconds=1))
    snapshot_id = _make_id(created_at, candidate.fingerprint)
    folder = snapshots.snapshot_dir(settings, snapshot_id).with_name(_NEW + snapshot_id)
    with _discarded(folder), _new_database(settings) as new_database:
        draft = Draft(candidate, folder, new_database)
        try:
            yield draft
        finally:
            draft.close()


def publish(draft: Draft, audit: Audit, findings: tuple[Finding, ...]) -> Manifest:
    """Publish a candidate that passed its audit as the current snapshot."""
    settings = draft.settings
    manifest = draft.finish(audit, findings)
    _share_unchanged(settings, draft.folder)
    draft.folder.replace(snapshots.snapshot_dir(settings, manifest.id))
    snapshots.point_to(settings, manifest.id)
    _swap_database(settings, draft.new_database)
    snapshots.write_withdrawn(settings, {})
    return manifest


def keep(draft: Draft, audit: Audit, findings: tuple[Finding, ...]) -> Path:
    """Keep a candidate that failed its audit for whoever looks into it; only the newest.

    Returns:
        Its folder, laid out as a snapshot's.
    """
    candidate_id = draft.finish(audit, findings).id
    parent = snapshots.candidates_dir(draft.settings)
    parent.mkdir(parents=True, exist_ok=True)
    for old in parent.iterdir():
        shutil.rmtree(old)
    return draft.folder.replace(parent / candidate_id)


def find_published(settings: Settings, fingerprint: str) -> Manifest | None:
    """Return the current manifest if these inputs lead to it and its files are unharmed.

    They do if it is of these inputs, or if what is was rolled back from.
    """
    try:
        current = snapshots.read_current(settings)
    except CorruptFileError:
        return None  # a new build is the remedy that the error names
    if current is None:
        return None
    withdrawn = snapshots.read_withdrawn(settings).values()
    if fingerprint not in {current.input_fingerprint, *withdrawn}:
        return None
    return None if snapshots.find_damage(settings, current) else current


def repair_database(con: duckdb.DuckDBPyConnection, settings: Settings, manifest: Manifest) -> None:
    """Write the .duckdb again when it is missing, unreadable or of another snapshot."""
    if database.read_snapshot_id(snapshots.database_path(settings)) == manifest.id:
        return
    with _new_database(settings) as new_database:
        folder = snapshots.snapshot_dir(settings, manifest.id)
        database.write_database(con, folder, manifest, new_database)
        _swap_database(settings, new_database)


def roll_back(settings: Settings, name: str) -> Manifest:
    """Make another snapshot the current one; the .duckdb follows.

    Args:
        settings: where the warehouse lies, limits.
        name: as snapshots.resolve takes it; may be newer than the current one.

    Raises:
        InvalidInputError: no such snapshot.
        CorruptFileError: it is damaged: names the file; nothing was moved.
        BusyError: a build holds the lock.
    """
    with lock(snapshots.lock_path(settings), settings.lock_timeout_s):
        manifest = snapshots.read_snapshot(settings, name)
        damage = snapshots.find_damage(settings, manifest)
        if damage:
            raise CorruptFileError(
                f"{damage}: cannot roll back to {manifest.id}; "
                "`daily-papers snapshots` lists the others"
            )
        withdrawn = snapshots.read_withdrawn(settings)
        left = read_whole_manifest(settings)
        if left is not None and left.id > manifest.id:
            withdrawn[left.id] = left.input_fingerprint
        withdrawn.pop(manifest.id, None)
        snapshots.write_withdrawn(settings, withdrawn)
        snapshots.point_to(settings, manifest.id)
        with database.connect(settings) as con:
            repair_database(con, settings, manifest)
    return manifest


def read_whole_manifest(settings: Settings) -> Manifest | None:
    """Return the current manifest; None without one, and when it is why one rolls back."""
    try:
        return snapshots.read_current(settings)
    except CorruptFileError:
        return None


def remove_leftovers(settings: Settings) -> None:
    """Remove what a killed build left, and snapshots that are past their time.

    Call it under the lock of the builders, before the disk is needed.
    """
    warehouse = snapshots.warehouse_dir(settings)
    folders = (warehouse, warehouse / "snapshots", snapshots.candidates_dir(settings))
    leftovers = [path for folder in folders for path in folder.glob(f"{_NEW}*")]
    for path in [*leftovers, *warehouse.glob(".*.tmp")]:  # a pointer that was being written
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    retention.remove_expired(settings)


def _share_unchanged(settings: Settings, folder: Path) -> None:
    """Make every file read-only, and one with the current snapshot's where they are equal."""
    previous = read_whole_manifest(settings)
    old = None if previous is None else snapshots.snapshot_dir(settings, previous.id)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        path.chmod(0o444)
        twin = None if old is None else old / path.relative_to(folder)
        if twin is None or not twin.is_file() or path.samefile(twin):
            continue
        if filecmp.cmp(path, twin, shallow=False):
            link = path.with_name(_NEW + path.name)
            if _link(twin, link):
                link.replace(path)
    filecmp.clear_cache()


def _link(old: Path, new: Path) -> bool:
    """Give a file a second name; return False where the file system cannot."""
    try:
        os.link(old, new)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return False
    return True


def _write_tables(
    con: duckdb.DuckDBPyConnection, candidate: Candidate, folder: Path
) -> tuple[Table, ...]:
    published = _find_unchanged(candidate)
    tables = []
    # or the bytes would tell whether a column of the kept table ever had a null, gone since
    con.execute("set disabled_optimizers = 'statistics_propagation'")
    for model in candidate.project.marts:
        path = folder / model.schema / f"{model.table}.parquet"
        path.parent.mkdir(exist_ok=True)
        if model.name in published:
            table, old = published[model.name]
            if sha256_of(old) == table.sha256 and _link(old, path):
                tables.append(table)
                continue
        order = f"order by {model.order_by}" if model.order_by else ""
        con.execute(
            f"copy (from {model.name} {order}) to {database.quote(str(path))} "
            f"(format parquet, compression zstd, row_group_size {ROW_GROUP_ROWS})"
        )
        count = con.execute(f"select count(*) from {model.name}").fetchone()
        columns = con.execute(f"describe {model.name}").fetchall()
        tables.append(
            Table(
                schema=model.schema,
                table=model.table,
                rows=int(count[0]) if count else 0,
                size_bytes=path.stat().st_size,
                sha256=sha256_of(path),
                columns=tuple(
                    Column(name, kind, model.columns[name]) for name, kind, *_ in columns
                ),
                description=f"{model.description}\nAs of: {model.as_of}",
                grain=model.grain,
            )
        )
    con.execute("reset disabled_optimizers")
    return tuple(tables)


def _find_unchanged(candidate: Candidate) -> dict[str, tuple[Table, Path]]:
    """Return the files that need not be written: the current snapshot has them.

    Of its inputs there may be an older snapshot too, which knew other earlier ones: a build
    leaves the newest.
    """
    current = read_whole_manifest(candidate.settings)
    if current is None or candidate.unchanged is None:
        return {}
    if current.input_fingerprint != candidate.unchanged.fingerprint:
        return {}  # the build before was not published
    if current.id != snapshots.list_ids(candidate.settings)[-1]:
        return {}
    folder = snapshots.snapshot_dir(candidate.settings, current.id)
    return {
        table.name: (table, folder / table.file)
        for table in current.tables
        if table.name in candidate.unchanged.tables and (folder / table.file).is_file()
    }


def _swap_database(settings: Settings, new_database: Path) -> None:
    path = snapshots.database_path(settings)
    # left by someone who opened the old file for writing; it is not the new file's log
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
    new_database.replace(path)


@contextmanager
def _new_database(settings: Settings) -> Iterator[Path]:
    """Give the path to write a database to; what is left there afterwards is removed."""
    path = snapshots.warehouse_dir(settings) / f"{_NEW}duckdb"
    with _discarded(path), _discarded(path.with_name(path.name + ".wal")):
        yield path


@contextmanager
def _discarded(path: Path) -> Iterator[None]:
    """Remove a file or folder after the block, whatever happened in it."""
    try:
        yield
    finally:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _make_id(created_at: datetime, fingerprint: str) -> str:
    return f"{created_at:%Y%m%dT%H%M%SZ}-{fingerprint[:12]}"
