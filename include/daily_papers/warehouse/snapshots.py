"""Published snapshots: what is in one, which one is current, and how that changes.

    warehouse/snapshots/<id>/<schema>/<table>.parquet   never changed after publication
    warehouse/snapshots/<id>/manifest.json
    warehouse/snapshots/<id>/audit/results.parquet      what each check and expectation found
    warehouse/snapshots/<id>/data_docs/index.html       the same as pages
    warehouse/candidates/<id>                           newest one that failed its audit
    warehouse/current                                   id of the published one
    warehouse/daily_papers.duckdb                       disposable copy of it for ad-hoc SQL
    warehouse/pinned.json                               ids that are never removed, and why
    warehouse/withdrawn.json                            ids rolled back from, and their inputs

A snapshot is a snapshot once its folder has its name; it is current once the pointer says
so. A crash between the two leaves a complete folder that nobody is led to.

Files that did not change are one file in several snapshots (hard links), so that a snapshot
costs what changed; they are read-only, because a write would change every one of them.
"""

import dataclasses
import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from daily_papers.errors import CorruptFileError, InvalidInputError
from daily_papers.lake.files import sha256_of, write_bytes
from daily_papers.settings import Settings

SNAPSHOT_ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{12}")
_HOLD_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a published table."""

    name: str
    type: str  # as DuckDB names it
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    """One published table and the file it lies in."""

    schema: str
    table: str
    rows: int
    size_bytes: int
    sha256: str
    columns: tuple[Column, ...]
    description: str
    grain: tuple[str, ...]

    @property
    def name(self) -> str:
        """Schema and table, as SQL names it."""
        return f"{self.schema}.{self.table}"

    @property
    def file(self) -> str:
        """Path of the Parquet file within the snapshot's folder."""
        return f"{self.schema}/{self.table}.parquet"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found; a published snapshot has failing rows only under 'warn'."""

    name: str
    severity: str
    explanation: str
    failing_rows: int
    failing_keys: tuple[str, ...] = ()  # the first of them; audit/results.parquet has more

    def say(self) -> str:
        """Say in one line what was found, where and why."""
        keys = f" ({'; '.join(self.failing_keys)})" if self.failing_keys else ""
        return f"{self.name} found {self.failing_rows} rows{keys}: {self.explanation}"


@dataclass(frozen=True, slots=True)
class Macro:
    """An as-of macro; kept with the snapshot, so that old snapshots keep their own."""

    name: str
    description: str
    definition: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What manifest.json says of a snapshot."""

    id: str
    created_at: str  # ISO 8601, UTC
    code_version: str  # with the git commit where there is one; shapes no table
    duckdb_version: str  # its Parquet writer is part of the bytes
    input_fingerprint: str
    tables: tuple[Table, ...]
    checks: tuple[CheckResult, ...]
    macros: tuple[Macro, ...]

    def to_json(self) -> str:
        """Return the text of manifest.json."""
        return json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """Read manifest.json; keys of later versions are refused, never guessed at."""
        fields: dict[str, Any] = json.loads(text)
        fields["tables"] = tuple(
            Table(
                **{
                    **table,
                    "grain": tuple(table["grain"]),
                    "columns": tuple(Column(**column) for column in table["columns"]),
                }
            )
            for table in fields["tables"]
        )
        fields["checks"] = tuple(
            CheckResult(**check | {"failing_keys": tuple(check.get("failing_keys", ()))})
            for check in fields["checks"]
        )
        fields["macros"] = tuple(Macro(**macro) for macro in fields["macros"])
        return cls(**fields)


def warehouse_dir(settings: Settings) -> Path:
    """Return the folder of everything published."""
    return settings.home / "warehouse"


def snapshot_dir(settings: Settings, snapshot_id: str) -> Path:
    """Return the folder of one snapshot."""
    return warehouse_dir(settings) / "snapshots" / snapshot_id


def candidates_dir(settings: Settings) -> Path:
    """Return the folder of what failed its audit and was never published."""
    return warehouse_dir(settings) / "candidates"


def find_candidate(settings: Settings) -> Path | None:
    """Return the candidate that failed its audit after the current snapshot, if any."""
    pointer = _pointer(settings)
    newest = max(candidates_dir(settings).glob("[0-9]*"), default=None)
    if newest is None or not pointer.exists():
        return newest
    return newest if newest.stat().st_mtime > pointer.stat().st_mtime else None


def lock_path(settings: Settings) -> Path:
    """Return the lock of whoever changes the warehouse."""
    return warehouse_dir(settings) / ".lock"


def database_path(settings: Settings) -> Path:
    """Return the path of the copy for ad-hoc SQL."""
    return warehouse_dir(settings) / "daily_papers.duckdb"


def read_current(settings: Settings) -> Manifest | None:
    """Return the manifest of the published snapshot; None when nothing was published yet.

    Raises:
        CorruptFileError: the pointer or the manifest is damaged.
    """
    snapshot_id = read_current_id(settings)
    return None if snapshot_id is None else _read_manifest(snapshot_dir(settings, snapshot_id))


def read_current_id(settings: Settings) -> str | None:
    """Return the id of the published snapshot; None when nothing was published yet.

    Raises:
        CorruptFileError: the pointer is damaged.
    """
    pointer = _pointer(settings)
    try:
        snapshot_id = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        snapshot_id = ""
    if not SNAPSHOT_ID.fullmatch(snapshot_id):
        raise CorruptFileError(f"{pointer} names no snapshot: run `daily-papers build`")
    return snapshot_id


def read_snapshot(settings: Settings, name: str) -> Manifest:
    """Return the manifest of one snapshot, named as `resolve` takes it.

    Raises:
        InvalidInputError: there is no such snapshot; the message lists the latest ones.
        CorruptFileError: its manifest is damaged.
    """
    return _read_manifest(snapshot_dir(settings, resolve(settings, name)))


def resolve(settings: Settings, name: str) -> str:
    """Return the id that a user's name of a snapshot means.

    Args:
        settings: where the warehouse lies.
        name: an id, the beginning of just one id, "current", or "previous" (the one
            published before the current one).

    Raises:
        InvalidInputError: there is no such snapshot, or several; the message lists them.
        CorruptFileError: the pointer is damaged.
    """
    ids = list_ids(settings)
    if name in {"current", "previous"}:
        current = read_current_id(settings)
        if current is None:
            raise InvalidInputError(
                f"no warehouse under {settings.home} yet: run `daily-papers build`"
            )
        before = [snapshot_id for snapshot_id in ids if snapshot_id < current]
        if name == "current":
            return current
        if before:
            return before[-1]
        raise InvalidInputError(f"no snapshot is older than the current one, {current}")
    found = [snapshot_id for snapshot_id in ids if snapshot_id.startswith(name)]
    if not name or not found:
        known = ", ".join(ids[-5:]) or "none; run `daily-papers build`"
        raise InvalidInputError(f"no snapshot {name!r}; there are: {known}")
    if len(found) > 1:
        raise InvalidInputError(f"{name!r} begins several snapshots: {', '.join(found[-5:])}")
    return found[0]


@contextmanager
def reading(settings: Settings, name: str | None = None) -> Iterator[Manifest]:
    """Hold a snapshot for the block, so that nobody removes its files meanwhile.

    Args:
        settings: where the warehouse lies.
        name: as `resolve` takes it; default the current one.

    Raises:
        InvalidInputError: nothing is published yet, or no such snapshot.
        CorruptFileError: pointer or manifest is damaged.
    """
    with ExitStack() as stack:
        yield _hold_snapshot(settings, name or "current", stack)


def _hold_snapshot(settings: Settings, name: str, stack: ExitStack) -> Manifest:
    for _ in range(_HOLD_ATTEMPTS):
        folder = snapshot_dir(settings, resolve(settings, name))
        try:
            stack.enter_context(hold_manifest(folder / "manifest.json"))
        except (FileNotFoundError, BlockingIOError):
            continue  # it is being removed: the pointer names another one by now
        return _read_manifest(folder)
    raise CorruptFileError(
        f"{folder / 'manifest.json'} is missing: run `daily-papers build` to publish anew"
    )


@contextmanager
def hold_manifest(path: Path, *, is_alone: bool = False) -> Iterator[None]:
    """Lock a manifest, shared or alone; the kernel frees it if the process dies.

    Raises:
        FileNotFoundError: it is gone.
        BlockingIOError: it is being removed, or (alone) somebody reads the snapshot.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if is_alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(descriptor), path.stat()):
            raise FileNotFoundError(path)
        yield
    finally:
        os.close(descriptor)


def list_ids(settings: Settings) -> list[str]:
    """Return the ids of all snapshots, oldest first."""
    folder = warehouse_dir(settings) / "snapshots"
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if SNAPSHOT_ID.fullmatch(path.name))


def list_snapshots(settings: Settings) -> list[Manifest]:
    """Return the manifests of all snapshots, oldest first."""
    return [_read_manifest(snapshot_dir(settings, name)) for name in list_ids(settings)]


def created_at(snapshot_id: str) -> datetime:
    """Return when a snapshot was published, as its id tells."""
    return datetime.strptime(snapshot_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def find_damage(
    settings: Settings, manifest: Manifest, tables: tuple[Table, ...] | None = None
) -> str | None:
    """Compare a snapshot's files with its manifest; return what is wrong first, if anything.

    Args:
        settings: where the warehouse lies.
        manifest: of the snapshot.
        tables: those of its tables to look at; default all.
    """
    for table in manifest.tables if tables is None else tables:
        path = snapshot_dir(settings, manifest.id) / table.file
        if not path.is_file():
            return f"{path} is missing"
        if sha256_of(path) != table.sha256:
            return f"{path} is not what was published"
    return None


def point_to(settings: Settings, snapshot_id: str) -> None:
    """Make a snapshot the current one, in one step."""
    write_bytes(_pointer(settings), f"{snapshot_id}\n".encode(), is_durable=True)


def read_pinned(settings: Settings) -> dict[str, str]:
    """Return the ids of pinned snapshots, each with why it is."""
    return _read_register(_pinned(settings))


def write_pinned(settings: Settings, pinned: Mapping[str, str]) -> None:
    """Replace the list of pinned snapshots."""
    _write_register(_pinned(settings), pinned)


def read_withdrawn(settings: Settings) -> dict[str, str]:
    """Return the ids that were rolled back from since the last publication, and their inputs.

    Returns:
        Snapshot id -> input fingerprint.
    """
    return _read_register(_withdrawn(settings))


def write_withdrawn(settings: Settings, withdrawn: Mapping[str, str]) -> None:
    """Replace the list of snapshots that were rolled back from."""
    _write_register(_withdrawn(settings), withdrawn)


def _read_register(path: Path) -> dict[str, str]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {str(key): str(value) for key, value in entries.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError) as error:
        raise CorruptFileError(
            f"{path} cannot be read ({error}): mend it, or delete it to forget what it lists"
        ) from None


def _write_register(path: Path, entries: Mapping[str, str]) -> None:
    if entries:
        text = json.dumps(dict(sorted(entries.items())), indent=1, ensure_ascii=False) + "\n"
        write_bytes(path, text.encode(), is_durable=True)
    else:
        path.unlink(missing_ok=True)


def _pinned(settings: Settings) -> Path:
    return warehouse_dir(settings) / "pinned.json"


def _withdrawn(settings: Settings) -> Path:
    return warehouse_dir(settings) / "withdrawn.json"


def _pointer(settings: Settings) -> Path:
    return warehouse_dir(settings) / "current"


def _read_manifest(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    try:
        return Manifest.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorruptFileError(
            f"{path} cannot be read ({error}): run `daily-papers build` to publish anew"
        ) from None
