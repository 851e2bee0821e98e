"""A real Airflow backfills three days twice: same lake, marts published.

Started as `make up` starts it: scheduler, dag-processor and api-server are Airflow's own
processes, with the LocalExecutor and SQLite; the source is the bundled sample.
"""

import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from daily_papers.settings import ENV_PREFIX, SAMPLE_DIR

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

REPOSITORY = Path(__file__).parents[2]
AIRFLOW = Path(sys.executable).with_name("airflow")
DAGS = {"ingest_daily_papers", "build_marts", "backfill_range", "reprocess_raw"}
DAYS = ["2026-01-05", "2026-01-06", "2026-01-07"]
SECRET = "of an Airflow that lives for one test, on loopback; any 64 characters or more"
WAIT_S = 420  # a slow machine's worst; a quick one needs 40 s


class Airflow:
    """One Airflow of our own under `root`, reached over its REST API."""

    def __init__(self, root: Path):
        self.root = root
        self.home = root / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AIRFLOW", ENV_PREFIX, "PYTEST", "COV_"))
        }
        self.env = inherited | {
            "AIRFLOW_HOME": str(root / "airflow"),
            # Without a timeout `backfill create` meets "database is locked".
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{root}/airflow/airflow.db?timeout=60",
            "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "2",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{self.port}/execution/",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{self.port}",
            "AIRFLOW__API__SECRET_KEY": SECRET,
            "AIRFLOW__API_AUTH__JWT_SECRET": SECRET,
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "600",
            "DAILY_PAPERS_HOME": str(self.home),
            "DAILY_PAPERS_SOURCE": f"replay:{SAMPLE_DIR}",
        }
        self.process: subprocess.Popen[bytes] | None = None
        self._token = ""

    def start(self) -> None:
        (self.root / "airflow").mkdir(parents=True)
        self.command("db", "migrate")
        with (self.root / "up.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, REPOSITORY / "scripts/up.py"],
                env=self.env,
                cwd=self.root,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_for(
            lambda: "Airflow is up" in (self.root / "up.log").read_text(), "Airflow to come up"
        )
        self.wait_for(
            lambda: {dag["dag_id"] for dag in self.get("/dags")["dags"]} >= DAGS,
            "the DAGs to be parsed",
        )
        for dag_id in sorted(DAGS):
            self.command("dags", "unpause", dag_id)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(60)
        with contextlib.suppress(ProcessLookupError):  # what outlived it, if anything
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def command(self, *args: str) -> str:
        done = subprocess.run(
            [AIRFLOW, *args],
            check=False,
            env=self.env,
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"airflow {' '.join(args)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def get(self, path: str) -> dict:
        if not self._token:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/auth/token", timeout=60
            ) as r:
                self._token = json.load(r)["access_token"]
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v2{path}",
            headers={"Authorization": f"Bearer {self._token}"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def runs(self, dag_id: str, run_type: str) -> list[dict]:
        runs = self.get(f"/dags/{dag_id}/dagRuns?run_type={run_type}&limit=100")["dag_runs"]
        return sorted(runs, key=lambda run: run["run_after"])

    def wait_for(self, is_done: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"Airflow ended; logs are in {self.root}"
            if is_done():
                return
            time.sleep(1)
        pytest.fail(f"waited {WAIT_S} s for {what}; logs are in {self.root}")


@pytest.fixture
def airflow(tmp_path: Path) -> Iterator[Airflow]:
    # pytest keeps the directories of failed tests, so the logs stay to be read.
    airflow = Airflow(tmp_path)
    try:
        airflow.start()
        yield airflow
    finally:
        airflow.stop()


def backfill(airflow: Airflow, *options: str) -> None:
    """Run DAYS through the DAG; returns when every run, and the marts after it, succeeded."""
    began_at = datetime.now(UTC)
    airflow.command(
        *("backfill", "create", "--dag-id", "ingest_daily_papers"),
        *("--from-date", DAYS[0], "--to-date", DAYS[-1], *options),
    )

    def finished(dag_id: str, run_type: str, after: datetime) -> list[datetime]:
        runs = [
            run
            for run in airflow.runs(dag_id, run_type)
            if run["start_date"] and datetime.fromisoformat(run["start_date"]) >= after
        ]
        assert not [run for run in runs if run["state"] == "failed"], f"failed run of {dag_id}"
        return [datetime.fromisoformat(r["end_date"]) for r in runs if r["state"] == "success"]

    airflow.wait_for(
        lambda: len(finished("ingest_daily_papers", "backfill", began_at)) == len(DAYS),
        f"{len(DAYS)} backfill runs to succeed",
    )
    # The scheduler looks for ended backfills twice a minute; a DAG can have one at a time.
    airflow.wait_for(
        lambda: all(
            backfill["completed_at"]
            for backfill in airflow.get("/backfills?dag_id=ingest_daily_papers")["backfills"]
        ),
        "the backfill to be marked as completed",
    )
    # A run of the marts that began before the last day was judged may lack it.
    last_judged_at = max(judged_at(airflow))
    airflow.wait_for(
        lambda: finished("build_marts", "asset_triggered", last_judged_at),
        "the asset to trigger build_marts",
    )


def judged_at(airflow: Airflow) -> list[datetime]:
    events = airflow.get("/assets/events?source_dag_id=ingest_daily_papers&limit=100")
    return [datetime.fromisoformat(event["timestamp"]) for event in events["asset_events"]]


def lake_files(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((home / "lake").rglob("*"))
        if path.is_file()  # the ledger too: a replay's attempts carry the times of its responses
    }


def test_backfilling_three_days_twice_gives_the_same_lake_and_published_marts(airflow):
    backfill(airflow)
    first = lake_files(airflow.home)
    partitions = {path.parent.name for path in (airflow.home / "lake/papers").rglob("*.parquet")}
    assert partitions == {f"listing_date={day}" for day in DAYS}
    published = (airflow.home / "warehouse/current").read_text()
    assert (airflow.home / "warehouse/snapshots" / published.strip() / "manifest.json").is_file()

    backfill(airflow, "--reprocess-behavior", "completed")

    assert lake_files(airflow.home) == first
    assert (airflow.home / "warehouse/current").read_text() == published
    runs = airflow.runs("ingest_daily_papers", "backfill")
    assert [run["data_interval_start"][:10] for run in runs] == DAYS
    assert {run["state"] for run in runs} == {"success"}
    assert len(judged_at(airflow)) == 2 * len(DAYS)

    # the fast path, in a home of its own, agrees byte for byte
    fast = airflow.root / "fast"
    daily_papers = Path(sys.executable).with_name("daily-papers")
    arguments = ["--from", DAYS[0], "--to", DAYS[-1], "--source", f"replay:{SAMPLE_DIR}"]
    subprocess.run(
        [daily_papers, "ingest", *arguments],
        check=True,
        env=airflow.env | {"DAILY_PAPERS_HOME": str(fast)},
        timeout=300,
    )
    assert lake_files(fast) == first

    # and so do the DAGs that do many days in a task
    conf = json.dumps({"first": DAYS[0], "last": DAYS[-1]})
    for dag_id in ("backfill_range", "reprocess_raw"):
        airflow.command("dags", "trigger", dag_id, "--conf", conf)
        airflow.wait_for(
            lambda dag_id=dag_id: (
                {run["state"] for run in airflow.runs(dag_id, "manual")} <= {"success", "failed"}
            ),
            f"{dag_id} to end",
        )
        assert [run["state"] for run in airflow.runs(dag_id, "manual")] == ["success"]
    assert lake_files(airflow.home) == first
