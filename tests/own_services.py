"""A PostgreSQL and a Redis of one test's own, that it may kill."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from stack_under_test import free_port


class Killable:
    """A service that is started, killed without warning and started again."""

    def __init__(self, command: list[str], user: str | None, is_ready: Callable[[], bool]) -> None:
        self._command, self._user, self._is_ready = command, user, is_ready
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            user=self._user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while not self._is_ready():
            assert self._process.poll() is None, f"{self._command[0]} ended"
            assert time.monotonic() < deadline, f"{self._command[0]} does not answer"
            time.sleep(0.1)

    def restart(self, away_s: float = 2.0) -> None:
        """Kill it, leave it away for a while, start it on what it had written."""
        self.kill()
        time.sleep(away_s)
        self._start()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)


@contextlib.contextmanager
def own_postgres() -> Iterator[tuple[Killable, str]]:
    """Start a PostgreSQL on a port of its own; yield it and the URL of an empty database."""
    psycopg2 = pytest.importorskip("psycopg2", reason="not installed: uv sync --group stack")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("initdb")
    bin_dir = Path(found).parent if found else (folders or [None])[-1]
    if bin_dir is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt install postgresql)")
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="own-postgres-") as folder:
        if user:
            shutil.chown(folder, user)
        data = Path(folder) / "data"
        subprocess.run(
            [bin_dir / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"],
            user=user,
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )

        def is_ready() -> bool:
            try:
                psycopg2.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres").close()
            except psycopg2.OperationalError:
                return False
            return True

        options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"]
        command = [str(bin_dir / "postgres"), "-D", str(data), "-p", str(port), *options]
        server = Killable(command, user, is_ready)
        try:
            yield server, f"postgresql+psycopg2://postgres:unused@127.0.0.1:{port}/postgres"
        finally:
            server.kill()


@contextlib.contextmanager
def own_redis() -> Iterator[tuple[Killable, str]]:
    """Start a Redis that keeps what it is told, as in docker-compose.yaml; yield it and its URL."""
    redis = pytest.importorskip("redis", reason="not installed: uv sync --group stack")
    if shutil.which("redis-server") is None:
        pytest.skip("no Redis server is installed (Debian: apt install redis-server)")
    url = f"redis://127.0.0.1:{free_port()}/0"
    port = url.rsplit(":", 1)[1].partition("/")[0]

    def is_ready() -> bool:
        try:
            with contextlib.closing(redis.from_url(url)) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    with tempfile.TemporaryDirectory(prefix="own-redis-") as folder:
        options = ["--appendonly", "yes", "--dir", folder, "--bind", "127.0.0.1"]
        server = Killable(["redis-server", "--port", port, *options], None, is_ready)
        try:
            yield server, url
        finally:
            server.kill()
