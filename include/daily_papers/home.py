"""The home: a folder, or a place on object storage that is worked on in a copy.

`opened()` is how commands and DAG tasks get their settings. With a folder it does nothing
else. With `DAILY_PAPERS_HOME=s3://bucket/prefix` it takes a working copy of this machine,
brings it up to date, and puts back what changed; everything in between is files, as ever.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from daily_papers import settings as settings_module
from daily_papers.lake import version
from daily_papers.object_storage import working_copy
from daily_papers.settings import Settings

_guard = threading.RLock()
_users: dict[str, tuple[int, ExitStack]] = {}  # of each working copy that is open


@contextmanager
def opened(*prefixes: str) -> Iterator[Settings]:
    """Yield the settings, their home up to date; put back what the block changed.

    What a block that raised has written is put back as well: a failed attempt is to be
    remembered. Where the process has the home open already, it is used as it is.

    Args:
        prefixes: parts of the home that are needed, such as "warehouse/" or "lake/VERSION";
            default all.

    Raises:
        InvalidInputError: a setting is wrong, or the storage unknown.
        LakeVersionError: the lake is newer than this program.
        BusyError: another machine changed the same files meanwhile.
        StorageError: the object storage cannot be reached or refuses.
    """
    url = os.environ.get(f"{settings_module.ENV_PREFIX}HOME", "")
    if "://" not in url:
        yield _load()
        return
    with _guard:
        count, stack = _users.get(url) or (0, ExitStack())
        if not count:
            stack.enter_context(_open(url, prefixes or ("",)))
        _users[url] = count + 1, stack
    try:
        yield _load()
    finally:
        with _guard:
            count, stack = _users.pop(url)
            if count > 1:
                _users[url] = count - 1, stack
            else:
                stack.close()


def _load() -> Settings:
    options = settings_module.load()
    version.check(options.home)
    return options


@contextmanager
def _open(url: str, prefixes: tuple[str, ...]) -> Iterator[None]:
    with working_copy.hold(url, prefixes) as copy:
        settings_module.working_copies[url] = copy.root
        try:
            yield
        finally:
            del settings_module.working_copies[url]
            copy.push()
