"""`make stack` for one test: a database, a Redis number and ports of its own."""

import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from daily_papers.settings import ENV_PREFIX

REPOSITORY = Path(__file__).parents[1]
STACK = REPOSITORY / "scripts/stack.py"
ADMIN = "postgresql://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379"
T = TypeVar("T")
WAIT_S = 420  # a slow machine's worst


def require_services() -> None:
    """Skip the test where PostgreSQL, Redis or their drivers are not at hand."""
    psycopg2 = pytest.importorskip("psycopg2", reason="not installed: uv sync --group stack")
    redis = pytest.importorskip("redis", reason="not installed: uv sync --group stack")
    try:
        psycopg2.connect(ADMIN, connect_timeout=5).close()
    except psycopg2.OperationalError as error:
        pytest.skip(f"no PostgreSQL for tests at {ADMIN}: {error}")
    try:
        redis.from_url(REDIS, socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        pytest.skip(f"no Redis for tests at {REDIS}: {error}")


@contextlib.contextmanager
def own_database() -> Iterator[str]:
    """Make a database and its user; drop both afterwards."""
    psycopg2 = pytest.importorskip("psycopg2")
    name, password = f"stack_test_{secrets.token_hex(4)}", secrets.token_hex(16)
    admin = psycopg2.connect(ADMIN)
    admin.autocommit = True
    with contextlib.closing(admin), admin.cursor() as cursor:
        cursor.execute(f"create role {name} login password '{password}'")
        cursor.execute(f"create database {name} owner {name}")
        try:
            yield f"postgresql+psycopg2://{name}:{password}@127.0.0.1:5432/{name}"
        finally:
            cursor.execute(f"drop database {name} with (force)")
            cursor.execute(f"drop role {name}")


@contextlib.contextmanager
def own_broker() -> Iterator[str]:
    """Take an empty Redis database, marked as taken; empty it afterwards."""
    redis = pytest.importorskip("redis")
    for number in range(15, 0, -1):
        with contextlib.closing(redis.from_url(f"{REDIS}/{number}")) as client:
            if client.dbsize() == 0 and client.set("stack_under_test", os.getpid(), nx=True):
                try:
                    yield f"{REDIS}/{number}"
                finally:
                    client.flushdb()
                return
    pytest.skip("no empty Redis database")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class StackUnderTest:
    """A stack under `root`, reached over its REST API.

    Args:
        root: folder of everything it writes.
        options: more lines of its environment file.
    """

    def __init__(self, root: Path, database: str, broker: str, options: dict[str, str]) -> None:
        self.root = root
        self.home = root / "data"
        self.state = root / "state"
        self.env_file = root / "env"
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._token = ""
        lines = {
            "POSTGRES_PASSWORD": "unused: the URL below has one",
            "REDIS_PASSWORD": "unused: the URL below has none",
            "AIRFLOW_JWT_SECRET": secrets.token_hex(32),
            "AIRFLOW_FERNET_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "AIRFLOW_DATABASE_URL": database,
            "AIRFLOW_BROKER_URL": broker,
            "AIRFLOW_PORT": str(self.port),
            "AIRFLOW_SCHEDULER_HEALTH_PORT": str(free_port()),
            "DAGS_PAUSED_AT_CREATION": "True",
            "DAILY_PAPERS_HOME": str(self.home),
        }
        self.home.mkdir(parents=True)
        self.env_file.write_text(
            "".join(f"{name}={value}\n" for name, value in (lines | options).items())
        )
        self.env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AIRFLOW", ENV_PREFIX, "PYTEST", "COV_"))
        }

    def start(self) -> None:
        with (self.root / "stack.log").open("wb") as log:
            self._process = subprocess.Popen(
                self._command(),
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_for(lambda: "the stack is up" in self.log(), "the stack to come up")

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.terminate()  # the second time it kills what is left
            self._process.wait(60)

    def kill(self, service: str) -> int:
        """End all processes of a service at once, as if its container were killed."""
        pid = self.pid_of(service)
        os.killpg(pid, signal.SIGKILL)
        return pid

    def pid_of(self, service: str) -> int:
        return int((self.state / service / "pid").read_text())

    def log(self) -> str:
        return (self.root / "stack.log").read_text()

    def airflow(self, *arguments: str) -> str:
        """Run an Airflow command beside the stack."""
        done = subprocess.run(
            [*self._command(), "--", *arguments],
            check=False,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"airflow {arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def log_in(self, password: str) -> str:
        """Return a token of the user admin."""
        body = json.dumps({"username": "admin", "password": password}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/auth/token",
            body,
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return str(json.load(response)["access_token"])

    def call(self, path: str, body: dict[str, Any] | None = None, method: str = "GET") -> Any:
        """Call the REST API."""
        return json.loads(self.read(f"/api/v2{path}", body, method))

    def read(self, path: str, body: dict[str, Any] | None = None, method: str = "GET") -> str:
        """Return the text of a page, signed in."""
        if not self._token:
            passwords = self.state / "volumes/auth/passwords.json"
            self._token = self.log_in(json.loads(passwords.read_text())["admin"])
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return str(response.read().decode())

    def unpause(self, *dag_ids: str) -> None:
        for dag_id in dag_ids:
            self.wait_for(lambda dag_id=dag_id: self._is_known(dag_id), f"{dag_id} to be parsed")
            self.call(f"/dags/{dag_id}", {"is_paused": False}, "PATCH")

    @contextlib.contextmanager
    def another_scheduler(self) -> Iterator[None]:
        """Run a second scheduler beside the stack's."""
        with (self.root / "another_scheduler.log").open("wb") as log:
            scheduler = subprocess.Popen(
                [*self._command(), "--", "scheduler", "--skip-serve-logs"],
                env=self.env | {"AIRFLOW_SCHEDULER_HEALTH_PORT": str(free_port())},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield
            assert scheduler.poll() is None, "the second scheduler ended"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(scheduler.pid, signal.SIGTERM)
            scheduler.wait(60)

    def trigger(self, dag_id: str, logical_date: datetime | None, **conf: str) -> None:
        when = logical_date and logical_date.isoformat()
        self.call(f"/dags/{dag_id}/dagRuns", {"logical_date": when, "conf": conf}, "POST")

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        runs = self.call(f"/dags/{dag_id}/dagRuns?limit=100")["dag_runs"]
        return sorted(runs, key=lambda run: run["run_after"])

    def backfill(self, dag_id: str, first: date, last: date, parallel_runs: int) -> None:
        self.airflow(
            *("backfill", "create", "--dag-id", dag_id),
            *("--from-date", str(first), "--to-date", str(last)),
            *("--max-active-runs", str(parallel_runs)),
        )

    def wait_for_runs(self, dag_id: str, run_type: str, count: int) -> list[dict[str, Any]]:
        """Return the runs of a type when so many have succeeded; fail when one failed."""

        def find() -> list[dict[str, Any]]:
            runs = [run for run in self.runs(dag_id) if run["run_type"] == run_type]
            states = [run["state"] for run in runs]
            assert "failed" not in states, f"a run of {dag_id} failed; logs are in {self.state}"
            return runs if states.count("success") >= count else []

        return self.wait_for(find, f"{count} runs of {dag_id}, {run_type}")

    def task_instances(self, dag_id: str) -> list[dict[str, Any]]:
        path = f"/dags/{dag_id}/dagRuns/~/taskInstances?limit=200"
        instances: list[dict[str, Any]] = self.call(path)["task_instances"]
        return instances

    def wait_for(self, is_done: Callable[[], T], what: str, within_s: float = WAIT_S) -> T:
        """Return what `is_done` returns as soon as that is true."""
        assert self._process is not None
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            assert self._process.poll() is None, f"the stack ended:\n{self.log()}"
            # The API server may be the one that was killed.
            with contextlib.suppress(urllib.error.URLError, http.client.HTTPException, OSError):
                if done := is_done():
                    return done
            time.sleep(0.5)
        pytest.fail(f"waited {within_s} s for {what}; logs are in {self.state}\n{self.log()}")

    def _is_known(self, dag_id: str) -> bool:
        return dag_id in {dag["dag_id"] for dag in self.call("/dags?limit=100")["dags"]}

    def _command(self) -> list[str]:
        options = ["--env-file", str(self.env_file), "--state", str(self.state)]
        return [sys.executable, str(STACK), *options]


@contextlib.contextmanager
def running_stack(
    root: Path, services: tuple[str, str] | None = None, **options: str
) -> Iterator[StackUnderTest]:
    """Start a stack, stop it afterwards; pytest keeps the logs of failed tests.

    Args:
        root: folder of everything it writes.
        services: URLs of database and broker; default a new one of each on this machine's.
        options: more lines of its environment file.
    """
    with contextlib.ExitStack() as exits:
        if services is None:
            require_services()
            services = exits.enter_context(own_database()), exits.enter_context(own_broker())
        database, broker = services
        stack = StackUnderTest(root, database, broker, options)
        try:
            stack.start()
            yield stack
        finally:
            stack.stop()
