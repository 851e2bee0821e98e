"""Politeness that all processes of one home share: pace, pauses and circuit breaker of a host.

They keep a small file beside the locks, so that a backfill, a daily run and a person at
the terminal together ask no faster than one of them, and none of them hammers a source
that is down.
"""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from daily_papers.errors import SourceError
from daily_papers.lake.files import lock, write_bytes

_LOCK_TIMEOUT_S = 600.0
_LONGEST_PAUSE_S = 86_400.0  # a host that asks for more is asked again a day later


class CircuitOpenError(SourceError):
    """The source failed too often in a row, or said so; it is left alone until a time."""


@dataclass(slots=True)
class _State:
    """What the file holds. Times are Unix seconds, shared by all processes."""

    last_request_at: float = 0.0
    failures: int = 0  # requests in a row that failed after all their tries
    open_until: float = 0.0  # 0: the circuit is closed
    not_before: float = 0.0  # the host's own word


class HostGate:
    """One host's pace, pauses and circuit breaker."""

    def __init__(
        self,
        home: Path,
        host: str,
        interval_s: float,
        failures_to_open: int,
        open_s: float,
        longest_wait_s: float,
    ) -> None:
        """Make a gate.

        Args:
            home: folder whose processes share the gate.
            host: name that the files carry.
            interval_s: least time between two requests of all processes together.
            failures_to_open: failed requests in a row after which the circuit opens.
            open_s: how long it stays open; then one request may try.
            longest_wait_s: a longer pause that the host asks for is not waited for.
        """
        self._state_path = home / "locks" / f"host-{host}.json"
        self._lock_path = home / "locks" / f"host-{host}.lock"
        self._guarded = (f"locks/host-{host}.json",)
        self._host = host
        self._interval_s = interval_s
        self._failures_to_open = failures_to_open
        self._open_s = open_s
        self._longest_wait_s = longest_wait_s

    def check_circuit(self) -> bool:
        """Refuse to ask a source that is down or wants to be left alone.

        Returns:
            Whether the caller is the one that finds out if a source that was down is up
            again: it may try once, and is to `note` what came of it.

        Raises:
            CircuitOpenError: says why and until when.
        """
        with lock(self._lock_path, _LOCK_TIMEOUT_S, self._guarded):
            state = self._read()
            now = time.time()
            self._refuse_long_pause(state, now)
            if not state.open_until:
                return False
            wait_s = state.open_until - now
            if 0 < wait_s <= self._open_s:
                raise CircuitOpenError(
                    f"{self._host} failed {state.failures} times in a row; "
                    f"left alone for another {wait_s:.0f} s, then run the same command again"
                )
            state.open_until = now + self._open_s  # claimed: nobody else may try meanwhile
            self._write(state)
            return True

    def wait_for_turn(self) -> None:
        """Wait until the next request may be sent; the others wait behind this one.

        Raises:
            CircuitOpenError: the host wants to be left alone for too long a time.
        """
        while (pause_s := self._take_turn()) > 0:
            time.sleep(pause_s)  # without the lock: the host may tell another one more

    def pause(self, seconds: float) -> None:
        """Send nothing for a time, in any process: the host said so (Retry-After)."""
        with lock(self._lock_path, _LOCK_TIMEOUT_S, self._guarded):
            state = self._read()
            until = time.time() + min(seconds, _LONGEST_PAUSE_S)
            state.not_before = max(state.not_before, until)
            self._write(state)

    def note(self, *, has_failed: bool) -> None:
        """Count a request's outcome; enough failures in a row open the circuit."""
        with lock(self._lock_path, _LOCK_TIMEOUT_S, self._guarded):
            state = self._read()
            if not has_failed and not state.failures and not state.open_until:
                return
            state.failures = state.failures + 1 if has_failed else 0
            is_open = state.failures >= self._failures_to_open
            state.open_until = time.time() + self._open_s if is_open else 0.0
            self._write(state)

    def _take_turn(self) -> float:
        """Take the next turn; if the host wants a pause, return its seconds instead."""
        with lock(self._lock_path, _LOCK_TIMEOUT_S, self._guarded):
            state = self._read()
            now = time.time()
            self._refuse_long_pause(state, now)
            if (pause_s := _pause_left_s(state, now)) > 0:
                return pause_s
            wait_s = state.last_request_at + self._interval_s - now
            if 0 < wait_s <= self._interval_s:  # more: the clock was set back
                time.sleep(wait_s)
            state.last_request_at = time.time()
            state.not_before = 0.0
            self._write(state)
        return 0.0

    def _refuse_long_pause(self, state: _State, now: float) -> None:
        pause_s = _pause_left_s(state, now)
        if pause_s > self._longest_wait_s:
            raise CircuitOpenError(
                f"{self._host} wants to be left alone for another {pause_s:.0f} s (Retry-After); "
                "run the same command again then"
            )

    def _read(self) -> _State:
        try:
            return _State(**json.loads(self._state_path.read_bytes()))
        except (OSError, ValueError, TypeError):
            return _State()  # no more than politeness is lost

    def _write(self, state: _State) -> None:
        write_bytes(self._state_path, json.dumps(asdict(state)).encode())


def _pause_left_s(state: _State, now: float) -> float:
    if now < state.last_request_at:  # the clock was set back: no time in the file holds
        return 0.0
    return state.not_before - now
