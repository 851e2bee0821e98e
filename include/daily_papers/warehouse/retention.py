"""Which snapshots there are, which must stay, and the removal of the others.

A snapshot goes when it is neither among the newest N nor younger than D days. Never the
current one, a pinned one, or one that a reader holds (snapshots.reading). It is renamed
first and deleted then, so that nobody ever sees half a snapshot.
"""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from daily_papers.errors import CorruptFileError, InvalidInputError, StorageError
from daily_papers.lake.files import lock
from daily_papers.settings import Settings
from daily_papers.warehouse import snapshots
from daily_papers.warehouse.snapshots import Manifest

_OLD = ".old-"


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """One snapshot as `daily-papers snapshots` lists it."""

    id: str
    created_at: datetime
    manifest: Manifest | None  # None when it cannot be read
    is_damaged: bool  # so, or a file is missing or of another size; hashes are not looked at
    size_bytes: int
    own_size_bytes: int  # of files that no other snapshot shares: what its removal frees
    is_current: bool
    is_withdrawn: bool  # rolled back from
    pinned: str | None  # why it is pinned; None when it is not


def list_stored(settings: Settings) -> list[StoredSnapshot]:
    """Return every snapshot, oldest first, damaged ones included."""
    current = _find_current(settings)
    pinned = snapshots.read_pinned(settings)
    withdrawn = snapshots.read_withdrawn(settings)
    manifests = {one: _find_manifest(settings, one) for one in snapshots.list_ids(settings)}
    return [
        StoredSnapshot(
            snapshot_id,
            snapshots.created_at(snapshot_id),
            manifest,
            manifest is None or not _is_whole(settings, manifest),
            *_measure(snapshots.snapshot_dir(settings, snapshot_id)),
            is_current=snapshot_id == current,
            is_withdrawn=snapshot_id in withdrawn,
            pinned=pinned.get(snapshot_id),
        )
        for snapshot_id, manifest in manifests.items()
    ]


def pin(settings: Settings, name: str, note: str = "") -> str:
    """Keep a snapshot for good; return its id.

    Args:
        settings: where the warehouse lies.
        name: as snapshots.resolve takes it.
        note: why, for whoever finds it later.
    """
    with lock(snapshots.lock_path(settings), settings.lock_timeout_s):
        snapshot_id = snapshots.resolve(settings, name)
        snapshots.write_pinned(settings, snapshots.read_pinned(settings) | {snapshot_id: note})
    return snapshot_id


def unpin(settings: Settings, name: str) -> str:
    """Let a snapshot go when its time comes; return its id.

    Raises:
        InvalidInputError: no such snapshot, or it is not pinned.
    """
    with lock(snapshots.lock_path(settings), settings.lock_timeout_s):
        snapshot_id = snapshots.resolve(settings, name)
        pinned = snapshots.read_pinned(settings)
        if snapshot_id not in pinned:
            listed = ", ".join(pinned) or "none is"
            raise InvalidInputError(f"{snapshot_id} is not pinned; pinned: {listed}")
        del pinned[snapshot_id]
        snapshots.write_pinned(settings, pinned)
    return snapshot_id


def prune(
    settings: Settings,
    *,
    keep_last: int | None = None,
    keep_younger_than_d: float | None = None,
    dry_run: bool = False,
) -> list[str]:
    """Remove the snapshots that are past their time.

    Args:
        settings: where the warehouse lies; gives what is not given here.
        keep_last: newest snapshots that stay.
        keep_younger_than_d: age in days until which every snapshot stays.
        dry_run: remove nothing.

    Returns:
        Ids of the removed snapshots (of those that would be), oldest first.

    Raises:
        BusyError: a build holds the lock.
        StorageError: a folder cannot be removed.
    """
    with lock(snapshots.lock_path(settings), settings.lock_timeout_s):
        expired = find_expired(settings, keep_last, keep_younger_than_d)
        return expired if dry_run else _remove(settings, expired)


def remove_expired(settings: Settings) -> list[str]:
    """Do as `prune` by the settings; call it under the lock of the builders.

    While pointer or pins cannot be read, nothing is removed.
    """
    try:
        expired = find_expired(settings)
    except CorruptFileError:
        return []  # a build mends the pointer, `daily-papers snapshots` names the pins
    return _remove(settings, expired)


def find_expired(
    settings: Settings, keep_last: int | None = None, keep_younger_than_d: float | None = None
) -> list[str]:
    """Return the ids of snapshots past their time, oldest first; see `prune`."""
    count = settings.snapshots_keep_last if keep_last is None else keep_last
    age_d = (
        settings.snapshots_keep_younger_than_d
        if keep_younger_than_d is None
        else keep_younger_than_d
    )
    ids = snapshots.list_ids(settings)
    kept = {*ids[max(len(ids) - count, 0) :], *snapshots.read_pinned(settings)}
    kept.add(snapshots.read_current_id(settings) or "")
    # several in one second have ids ahead of the clock
    now = max([datetime.now(UTC), *map(snapshots.created_at, ids[-1:])])
    oldest = now - timedelta(days=age_d)
    return [
        snapshot_id
        for snapshot_id in ids
        if snapshot_id not in kept and snapshots.created_at(snapshot_id) <= oldest
    ]


def _remove(settings: Settings, expired: list[str]) -> list[str]:
    parent = snapshots.warehouse_dir(settings) / "snapshots"
    removed = []
    try:
        for snapshot_id in expired:
            folder = parent / snapshot_id
            try:
                with snapshots.hold_manifest(folder / "manifest.json", is_alone=True):
                    folder.replace(parent / f"{_OLD}{snapshot_id}")
            except BlockingIOError:
                continue  # somebody reads it; the next build looks again
            except FileNotFoundError:  # without a manifest nobody can read it
                folder.replace(parent / f"{_OLD}{snapshot_id}")
            removed.append(snapshot_id)
        for path in parent.glob(f"{_OLD}*"):
            shutil.rmtree(path)
    except OSError as error:
        raise StorageError(
            f"{error.filename or parent} cannot be removed ({error.strerror}): "
            "permit it, or pin the snapshot"
        ) from error
    return removed


def _find_current(settings: Settings) -> str | None:
    """Return the id in the pointer; None without one, or when a build has to mend it."""
    try:
        return snapshots.read_current_id(settings)
    except CorruptFileError:
        return None


def _find_manifest(settings: Settings, snapshot_id: str) -> Manifest | None:
    try:
        return snapshots.read_snapshot(settings, snapshot_id)
    except CorruptFileError:
        return None


def _is_whole(settings: Settings, manifest: Manifest) -> bool:
    folder = snapshots.snapshot_dir(settings, manifest.id)
    files = ((folder / table.file, table.size_bytes) for table in manifest.tables)
    return all(path.is_file() and path.stat().st_size == size for path, size in files)


def _measure(folder: Path) -> tuple[int, int]:
    """Return the bytes of a folder's files, and of those that have no other name."""
    states = [path.stat() for path in folder.rglob("*") if path.is_file()]
    own = sum(state.st_size for state in states if state.st_nlink == 1)
    return sum(state.st_size for state in states), own
