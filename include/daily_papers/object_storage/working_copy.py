"""A working copy of a home on object storage: brought up to date, changed, put back.

Everything that reads or writes a home works on files. Here those files come from, and go
back to, a store with nothing but whole-object writes; what rename and `flock` do on a disk,
conditional writes do there:

- A file is put back only if the store still has what was last read of it. So whoever is
  late (a task that its scheduler gave up, a machine without its lock) changes nothing.
- `warehouse/current` goes last, so that a reader never finds a pointer to what is not there.
- `raw/` is only ever added to, and what is fetched is there before the fetch returns.

A machine may have several working copies, one a process; each keeps its files for the next
one, so that only what changed is transferred. `cache/` and `tmp/` stay on the machine.
"""

import fcntl
import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import ObjectStore, from_url

from daily_papers import settings as settings_module
from daily_papers.errors import BusyError, InvalidInputError, StorageError
from daily_papers.object_storage import lease
from daily_papers.settings import Settings

_OWN = frozenset({"cache", "tmp"})  # folders that the store never sees
_INDEX = ".index.json"
_POINTER = "warehouse/current"
# What is put back after everything else: it says that the rest is there.
_WAVES = (re.compile(r"raw/"), re.compile(r"(?!lake/ledger/|warehouse/current$)"))
_TRANSFERS = 16  # at once; most files are a few kB, and each costs a round trip
_PULLS = 3

T = TypeVar("T")
R = TypeVar("R")

_held: dict[Path, "WorkingCopy"] = {}


@dataclass(slots=True)
class _Known:
    """A file as it was when copy and store last agreed."""

    e_tag: str
    size_bytes: int
    modified_ns: int


def find(path: Path) -> "WorkingCopy | None":
    """Return the working copy of this process that a path lies in.

    Hidden folders, such as that of a dry run, are no part of it.
    """
    for root, copy in _held.items():
        if path.is_relative_to(root) and not path.relative_to(root).parts[0].startswith("."):
            return copy
    return None


@contextmanager
def hold(url: str, prefixes: Iterable[str]) -> Iterator["WorkingCopy"]:
    """Take the first working copy that no other process has, brought up to date.

    Raises:
        InvalidInputError: no such kind of storage.
        StorageError: the store cannot be reached or refuses; no free place on the disk.
    """
    options = settings_module.load(home=Path())  # its address is none that they could resolve
    store = _open_store(url, options)
    folder = options.working_copies / sha256(url.encode()).hexdigest()[:12]
    descriptor, root = _take_free(folder)
    copy = WorkingCopy(url, store, root, options)
    try:
        copy.recover()
        copy.pull(prefixes)
        _held[root] = copy
        try:
            yield copy
        finally:
            del _held[root]
    finally:
        os.close(descriptor)


def _open_store(url: str, options: Settings) -> ObjectStore:
    try:
        return from_url(
            url,
            client_options={
                "allow_http": options.store_allow_http,
                "timeout": f"{options.store_timeout_s:g}s",
            },
            retry_config={
                "max_retries": options.store_attempts - 1,
                "retry_timeout": timedelta(seconds=options.store_timeout_s * 4),
            },
        )
    except (BaseError, ValueError) as error:
        raise InvalidInputError(
            f"{settings_module.ENV_PREFIX}HOME={url}: {_first_line(error)}; "
            "a folder, or s3://BUCKET/PREFIX"
        ) from None


def _take_free(folder: Path) -> tuple[int, Path]:
    """Return a locked descriptor and the folder that it stands for."""
    number = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            descriptor = os.open(folder / f"{number}.lock", os.O_RDWR | os.O_CREAT, 0o644)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                number += 1
                continue
            root = (folder / str(number)).resolve()
            root.mkdir(exist_ok=True)
            return descriptor, root
    except OSError as error:
        raise StorageError(
            f"cannot keep a working copy in {folder}: {error.strerror}; set "
            f"{settings_module.ENV_PREFIX}WORKING_COPIES to a folder that can be written"
        ) from None


class WorkingCopy:
    """The files of a home on object storage, on this machine.

    Attributes:
        root: their folder; serves as the home.
    """

    def __init__(self, url: str, store: ObjectStore, root: Path, options: Settings) -> None:
        """Open a copy that the caller has locked."""
        self.root = root
        self._url = url
        self._store = store
        self._options = options
        self._known = self._read_index()
        self._guard = threading.RLock()  # of `_known`: fetches run in threads
        self._thread = threading.local()

    def recover(self) -> None:
        """Undo what a killed process left half done; what it had fetched is put in the store."""
        for name in self._find_changed(("",)):
            if not name.startswith("raw/"):
                (self.root / name).unlink()
                self._known.pop(name, None)
        self._known = {
            name: known for name, known in self._known.items() if (self.root / name).exists()
        }
        self.push(("raw/",))

    def pull(self, prefixes: Iterable[str] = ("",)) -> None:
        """Make some files and folders (ending in a slash) the store's; forget what it has no more.

        Raises:
            StorageError: the store cannot be reached, or keeps changing.
        """
        prefixes = tuple(prefixes)
        for attempt in range(1, _PULLS + 1):
            with self._telling():
                there = self._list(prefixes)
            for name in [name for name in list(self._known) if name.startswith(prefixes)]:
                if name not in there:
                    (self.root / name).unlink(missing_ok=True)
                    self._known.pop(name, None)
            wanted = {
                name: meta["e_tag"]
                for name, meta in there.items()
                if name not in self._known or self._known[name].e_tag != meta["e_tag"]
            }
            # The pointer last: who is cut off here must not read a snapshot that is not there.
            pointer = {_POINTER: wanted.pop(_POINTER)} if _POINTER in wanted else {}
            try:
                with self._telling():
                    _at_once(self._fetch, wanted.items())
                    _at_once(self._fetch, pointer.items())
                return
            except (FileNotFoundError, PreconditionError):
                if attempt == _PULLS:
                    raise BusyError(
                        f"{self._url} keeps changing while it is read; run the same command again"
                    ) from None
            finally:
                self._write_index()

    def push(self, prefixes: Iterable[str] = ("",), written: Iterable[str] = ()) -> None:
        """Put what changed back into the store.

        Args:
            prefixes: parts of the home that are searched for changes.
            written: files elsewhere that may have changed, or gone.

        Raises:
            BusyError: another machine has changed one of these files; its version stays.
            StorageError: the store cannot be reached or refuses.
        """
        prefixes = tuple(prefixes)
        written = {name for name in written if _is_shared(name)}
        changed = self._find_changed(prefixes)
        changed += [
            name for name in written if (self.root / name).exists() and self._is_changed(name)
        ]
        gone = [
            name
            for name in list(self._known)
            if (name.startswith(prefixes) or name in written)
            and not name.startswith("raw/")
            and not (self.root / name).exists()
        ]
        if not changed and not gone:
            return
        links = self._find_links() if any(name.startswith("warehouse/") for name in changed) else {}
        try:
            with self._telling():
                for wave in range(len(_WAVES) + 1):
                    names = [name for name in set(changed) if _wave_of(name) == wave]
                    _at_once(partial(self._send, links=links), names)
                if gone:
                    obstore.delete(self._store, gone)
                    with self._guard:
                        for name in gone:
                            self._known.pop(name, None)
        finally:
            self._write_index()

    def put(self, path: Path) -> None:
        """Put one file into the store now; with the pointer, all that it points to."""
        name = path.relative_to(self.root).as_posix()
        if name == _POINTER:
            self.push(("warehouse/",))
            return
        with self._telling():
            self._send(name, {})
        self._write_index()

    def note_written(self, path: Path) -> None:
        """Remember a file that this thread wrote or removed under a lock."""
        for written in getattr(self._thread, "written", ()):
            written.add(path.relative_to(self.root).as_posix())

    @contextmanager
    def lock(self, path: Path, timeout_s: float, guarded: Iterable[str]) -> Iterator[None]:
        """Hold a lock that all machines see.

        What it guards is fresh inside, and put back after with all that the block wrote.

        Raises:
            BusyError: somebody else held it for longer than timeout_s.
            StorageError: the store cannot be reached or refuses.
        """
        name = path.relative_to(self.root).as_posix()
        guarded = tuple(guarded)
        held = lease.hold(self._store, name, timeout_s, self._options.store_lease_s)
        with self._telling():
            held.__enter__()
        try:
            self.pull(guarded)
            written: set[str] = set()
            self._thread.written = [*getattr(self._thread, "written", ()), written]
            try:
                yield
            finally:
                self._thread.written.remove(written)
                self.push(guarded, written)
        finally:
            with self._telling():
                held.__exit__(None, None, None)

    def _list(self, prefixes: tuple[str, ...]) -> dict[str, Any]:
        metas = _at_once(self._list_part, prefixes)
        return {meta["path"]: meta for found in metas for meta in found if _is_shared(meta["path"])}

    def _list_part(self, part: str) -> list[Any]:
        """Return what the store says of the files of a folder, or of one file."""
        if part and not part.endswith("/"):
            try:
                return [obstore.head(self._store, part)]
            except FileNotFoundError:
                return []
        return [meta for page in obstore.list(self._store, part or None) for meta in page]

    def _fetch(self, wanted: tuple[str, str]) -> None:
        name, e_tag = wanted
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.pull")
        twin = self._find_twin(name, e_tag)
        if twin is not None:
            temporary.unlink(missing_ok=True)
            os.link(twin, temporary)
        else:
            body = obstore.get(self._store, name, options={"if_match": e_tag}).bytes()
            temporary.write_bytes(body)
        temporary.replace(path)
        self._note(name, e_tag)

    def _find_twin(self, name: str, e_tag: str) -> Path | None:
        """Return a file here with the same bytes: snapshots share what did not change."""
        if not name.startswith("warehouse/snapshots/"):
            return None
        file = "/".join(name.split("/")[3:])
        for other, known in list(self._known.items()):
            if known.e_tag == e_tag and other.endswith(f"/{file}") and not self._is_changed(other):
                return self.root / other
        return None

    def _send(self, name: str, links: dict[tuple[int, int], str]) -> None:
        path = self.root / name
        stat = path.stat()
        twin = links.get((stat.st_dev, stat.st_ino))
        if twin is not None and twin != name and name not in self._known:
            obstore.copy(self._store, twin, name, overwrite=True)
            self._note(name, str(obstore.head(self._store, name)["e_tag"]))
            return
        data = path.read_bytes()
        known = self._known.get(name)
        try:
            e_tag = lease.write(self._store, name, data, known.e_tag if known else None)
        except (AlreadyExistsError, PreconditionError):
            # Ours, if an earlier try's answer was lost; else somebody's who did the same.
            found = obstore.get(self._store, name)
            if bytes(found.bytes()) != data:
                raise BusyError(
                    f"another machine changed {self._url}/{name} meanwhile; its version stays: "
                    "run the same command again"
                ) from None
            e_tag = str(found.meta["e_tag"])
        self._note(name, e_tag)

    def _find_links(self) -> dict[tuple[int, int], str]:
        """Return files that the store has and that may be linked to, by device and inode."""
        found = {}
        for name in list(self._known):
            if name.startswith("warehouse/snapshots/"):
                with suppress(FileNotFoundError):
                    stat = (self.root / name).stat()
                    if stat.st_nlink > 1:
                        found[stat.st_dev, stat.st_ino] = name
        return found

    def _find_changed(self, prefixes: tuple[str, ...]) -> list[str]:
        return [
            name
            for name in _walk(self.root)
            if name.startswith(prefixes) and self._is_changed(name)
        ]

    def _is_changed(self, name: str) -> bool:
        known = self._known.get(name)
        if known is None:
            return True
        stat = (self.root / name).stat()
        return (stat.st_size, stat.st_mtime_ns) != (known.size_bytes, known.modified_ns)

    def _note(self, name: str, e_tag: str) -> None:
        stat = (self.root / name).stat()
        with self._guard:
            self._known[name] = _Known(e_tag, stat.st_size, stat.st_mtime_ns)

    def _read_index(self) -> dict[str, _Known]:
        try:
            entries = json.loads((self.root / _INDEX).read_bytes())
            return {name: _Known(**entry) for name, entry in entries.items()}
        except (OSError, ValueError, TypeError):
            return {}  # a new copy, or one whose files are then compared one by one

    def _write_index(self) -> None:
        temporary = self.root / f"{_INDEX}.tmp"
        with self._guard:
            entries = {name: asdict(known) for name, known in self._known.items()}
            temporary.write_text(json.dumps(entries))
            temporary.replace(self.root / _INDEX)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn the store's errors into one line."""
        try:
            yield
        except (AlreadyExistsError, FileNotFoundError, PreconditionError):  # the caller's
            raise
        except (BaseError, OSError) as error:
            raise StorageError(
                f"{self._url}: {_first_line(error)}; what was done so far is in {self.root}: "
                "run the same command again"
            ) from error


def _at_once(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    with ThreadPoolExecutor(_TRANSFERS, thread_name_prefix="transfer") as pool:
        return list(pool.map(work, items))


def _wave_of(name: str) -> int:
    return next((wave for wave, names in enumerate(_WAVES) if names.match(name)), len(_WAVES))


def _is_shared(name: str) -> bool:
    folder, _, _ = name.partition("/")
    return folder not in _OWN and not name.endswith((".lock", ".tmp"))


def _walk(root: Path) -> Iterator[str]:
    """Yield the files that belong in the store, by their path below the root."""
    for folder, folders, files in os.walk(root):
        here = Path(folder).relative_to(root).as_posix()
        start = "" if here == "." else f"{here}/"
        folders[:] = [
            name for name in folders if not name.startswith(".") and start + name not in _OWN
        ]
        for name in files:
            if not name.startswith(".") and _is_shared(start + name):
                yield start + name


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
