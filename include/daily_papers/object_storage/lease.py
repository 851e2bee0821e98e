"""A lock on object storage: an object that says who holds it, renewed while it is held.

Built on conditional writes alone (If-None-Match, If-Match), and on no clock but one's own:
who waits takes the lock over when the object has not changed for as long as a lease lasts.
A holder that lost it is told at its next renewal, and its late writes fail by their own
conditions (see `working_copy`).

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import obstore
from obstore.exceptions import AlreadyExistsError, PreconditionError
from obstore.store import ObjectStore

from daily_papers.errors import BusyError

_FREE = b"{}\n"
_ASK_EVERY_S = 0.2


@contextmanager
def hold(store: ObjectStore, name: str, timeout_s: float, lease_s: float) -> Iterator[None]:
    """Hold a lock for the block.

    Args:
        store: where the lock lies.
        name: path of its object.
        timeout_s: longest wait for another holder.
        lease_s: a holder that has not renewed it for so long counts as dead.

    Raises:
        BusyError: somebody else held it for longer than timeout_s.
    """
    e_tag = _acquire(store, name, timeout_s, lease_s)
    renewal = _Renewal(store, name, e_tag, lease_s / 3)
    renewal.start()
    try:
        yield
    finally:
        renewal.stop()


def _acquire(store: ObjectStore, name: str, timeout_s: float, lease_s: float) -> str:
    begun = unchanged_since = time.monotonic()
    seen: str | None = None
    while True:
        try:
            found = obstore.get(store, name)
            e_tag, holder = found.meta["e_tag"], bytes(found.bytes())
        except FileNotFoundError:
            e_tag, holder = None, _FREE
        now = time.monotonic()
        if e_tag != seen:
            seen, unchanged_since = e_tag, now
        if holder == _FREE or now - unchanged_since > lease_s:
            try:
                return write(store, name, _sign(), e_tag)
            except (AlreadyExistsError, PreconditionError):
                continue  # somebody was faster
        if now - begun > timeout_s:
            raise BusyError(
                f"{json.loads(holder).get('holder', 'somebody')} has held {name} for over "
                f"{timeout_s:g} s; wait for it to end and run the same command again"
            )
        time.sleep(_ASK_EVERY_S)


def write(store: ObjectStore, name: str, data: bytes, e_tag: str | None) -> str:
    """Write an object that is still as it was last seen; return its new tag.

    Args:
        store: where.
        name: its path.
        data: whole content.
        e_tag: as last seen; None: there was none.

    Raises:
        AlreadyExistsError: there is one now.
        PreconditionError: it has changed.
    """
    done = obstore.put(store, name, data, mode={"e_tag": e_tag} if e_tag else "create")
    return str(done["e_tag"])


def _sign() -> bytes:
    """Return who holds it; never the same twice, so that a change is always seen."""
    holder = f"process {os.getpid()} on {socket.gethostname()}"
    return json.dumps({"holder": holder, "id": uuid.uuid4().hex}).encode() + b"\n"


class _Renewal(threading.Thread):
    """Renews a held lock until it is given back, or lost."""

    def __init__(self, store: ObjectStore, name: str, e_tag: str, every_s: float) -> None:
        super().__init__(name=f"renew {name}", daemon=True)
        self._store, self._name, self._every_s = store, name, every_s
        self._e_tag = e_tag
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(self._every_s):
            if not self._write(_sign()):
                return

    def stop(self) -> None:
        self._ended.set()
        self.join()
        self._write(_FREE)

    def _write(self, data: bytes) -> bool:
        try:
            self._e_tag = write(self._store, self._name, data, self._e_tag)
        except (AlreadyExistsError, PreconditionError, FileNotFoundError):
            return False  # taken over: what is ours no longer is not given back
        return True
