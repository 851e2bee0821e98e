"""Files that are either whole or not there: atomic writes, Parquet, locks."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import date
from pathlib import Path

import filelock
import pyarrow as pa
import pyarrow.parquet as pq

from daily_papers.errors import BusyError, CorruptFileError, StorageError
from daily_papers.object_storage import working_copy

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def write_bytes(path: Path, data: bytes, *, is_durable: bool = False) -> bool:
    """Put a file in place as a whole, beside any reader of the old one.

    Args:
        path: target; its folder is made if needed.
        data: the whole content.
        is_durable: wait until the bytes are on the disk, and in the object storage where the
            home is there (for what cannot be rebuilt).

    Returns:
        False when the file already had exactly this content and was left alone.

    Raises:
        StorageError: the disk is full, read-only or not permitted; nothing changed.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if path.exists() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
        try:
            file = temporary.open("wb")
        except FileNotFoundError:  # seldom, and asking first would cost every call
            path.parent.mkdir(parents=True, exist_ok=True)
            file = temporary.open("wb")
        with file:
            file.write(data)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise StorageError(
            f"cannot write {path}: {error.strerror}; free some space or mend the permissions, "
            "then run the same command again: what was stored before is whole"
        ) from error
    if copy := working_copy.find(path):
        copy.note_written(path)
        if is_durable:
            copy.put(path)
    return True


def list_days(paths: Iterable[Path]) -> list[date]:
    """Return the days of some folders, each once, in order; hidden ones and files are no days.

    Args:
        paths: folders named "2026-01-06" or "listing_date=2026-01-06".

    Raises:
        CorruptFileError: a folder of another name; see `parse_day`.
    """
    return sorted(
        {parse_day(path) for path in paths if not path.name.startswith(".") and path.is_dir()}
    )


def parse_day(folder: Path) -> date:
    """Return the day that the name of a folder says: "2026-01-06", "listing_date=2026-01-06".

    Raises:
        CorruptFileError: it says none, so that nothing here can have made it.
    """
    text = folder.name.rpartition("=")[2]
    if _DAY.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise CorruptFileError(
        f"{folder} is not the folder of a day ({text!r} is none; expected YYYY-MM-DD), and this "
        "program did not make it: move it away, then run the same command again"
    )


def remove(path: Path) -> None:
    """Remove a file that may be gone already."""
    path.unlink(missing_ok=True)
    if copy := working_copy.find(path):
        copy.note_written(path)


def write_parquet(path: Path, table: pa.Table) -> bool:
    """Write a table as zstd Parquet, whole or not at all; see `write_bytes`."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", store_schema=True)
    return write_bytes(path, sink.getvalue().to_pybytes())


def read_parquet(path: Path, schema: pa.Schema) -> pa.Table:
    """Read a lake file and hold it against its schema.

    A nullable column that the file does not have yet (it was written by an older
    version) reads as null.

    Raises:
        CorruptFileError: unreadable, or not of this schema; see `describe_damage`.
    """
    try:
        table = pq.read_table(path, partitioning=None)
        difference = find_difference(table, schema)
        if difference:
            raise ValueError(difference)
        for field in schema:
            if field.name not in table.column_names:
                table = table.append_column(field, pa.nulls(len(table), field.type))
        return table.select(schema.names).cast(schema)
    except (OSError, pa.ArrowException, ValueError) as error:
        raise CorruptFileError(describe_damage(path, str(error).splitlines()[0])) from error


def describe_damage(path: Path, reason: str) -> str:
    """Say what is wrong with a lake file, and how it is made again from raw/.

    It is moved, not deleted: when a held row was released stands in quarantine alone.
    """
    key, _, day = path.parent.name.partition("=")
    if key == "fetched_date":
        remedy = f"enrich --source replay:{path.parents[3] / 'raw'}"
    else:  # an observation file lies under the day of fetching, its name has the list's
        found = _DAY.search(path.name)
        remedy = f"reprocess --date {found[0] if found else day}"
    return f"{path} cannot be read ({reason}): move it away and run `daily-papers {remedy}`"


def find_difference(table: pa.Table, schema: pa.Schema) -> str | None:
    """Say in which column a table is not of a schema; None when it is.

    A type is never put right by a cast: of an id that was a number, digits are gone.
    """
    for field in schema:
        if field.name not in table.column_names:
            if not field.nullable:
                return f"column {field.name} is missing"
        elif table.field(field.name).type != field.type:
            return f"column {field.name} is {table.field(field.name).type}, not {field.type}"
        elif not field.nullable and table[field.name].null_count:
            return f"column {field.name} has nulls"
    return None


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def lock(path: Path, timeout_s: float, guarded: Iterable[str] = ("",)) -> Iterator[None]:
    """Hold a lock file for the block; the kernel frees it if the process dies.

    Args:
        path: the file.
        timeout_s: longest wait.
        guarded: where the home is on object storage, what is brought up to date once the
            lock is held: prefixes below the home. What the block changed is put back.

    Raises:
        BusyError: another process held it for longer than timeout_s.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = filelock.FileLock(path, timeout=timeout_s)
        held.acquire()
    except filelock.Timeout as error:
        raise BusyError(
            f"another process has held {path.stem} for over {timeout_s:g} s ({path}); "
            "wait for it to end and run the same command again"
        ) from error
    except OSError as error:
        raise StorageError(f"cannot lock {path}: {error.strerror}") from error
    copy = working_copy.find(path)
    try:
        with copy.lock(path, timeout_s, guarded) if copy else nullcontext():
            yield
    finally:
        held.release()
