"""Killed without warning on the stack: workers in every task that test_stack_kill.py leaves out.

Injected, each by SIGKILL to all processes of the worker while the task runs:
- worker-fetch while `refresh_recent_papers.look_again` waits for the source, and while
  `enrich_papers.enrich` waits for arXiv,
- worker-build while `reprocess_raw.rebuild`, each task of `publish_outputs` and
  `watch_objectives.check` run; as they take a second or two, they are held when their work is
  done and nobody knows yet, which is when doing it again could do harm.

Survived: each interrupted task ran again and every run succeeded; each list and each answer of
arXiv is in the lake once and whole, nothing is damaged, the feed is that of the snapshot, the
digest was written, and dashboard and feed were published.
"""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from arxiv_answers import atom, entry
from fake_source import FakeSource
from pytest_httpserver import HTTPServer
from stack_kills import has_ended_well, make_impatient
from stack_under_test import StackUnderTest, running_stack
from werkzeug import Request, Response

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

DAGS = (
    "refresh_recent_papers",
    "enrich_papers",
    "reprocess_raw",
    "publish_outputs",
    "watch_objectives",
)
# Added to the policy of every Airflow process: the first try of such a task waits to be killed.
HOLD = """
import time

def _hold_first_try(context, result=None):
    if context["ti"].try_number == 1:
        time.sleep(150)

_set_times = task_policy

def task_policy(task):
    _set_times(task)
    if task.dag_id in ("reprocess_raw", "publish_outputs", "watch_objectives"):
        task._post_execute_hook = _hold_first_try
"""


class Gate:
    """Lets requests wait while it is closed."""

    def __init__(self) -> None:
        self._is_open = threading.Event()
        self._is_open.set()
        self.has_waiting = threading.Event()

    def close(self) -> None:
        self.has_waiting.clear()
        self._is_open.clear()

    def open(self) -> None:
        self._is_open.set()

    def __call__(self) -> None:
        if not self._is_open.is_set():
            self.has_waiting.set()
            self._is_open.wait(60)


class GatedSource(FakeSource):
    """The source and arXiv behind one gate."""

    def __init__(self, server: HTTPServer, gate: Gate) -> None:
        super().__init__(server)
        self._gate = gate
        self.arxiv_requests = 0
        server.expect_request("/api/query").respond_with_handler(self._answer_as_arxiv)

    def _answer(self, request: Request) -> Response:
        self._gate()
        return super()._answer(request)

    def _answer_as_arxiv(self, request: Request) -> Response:
        self._gate()
        self.arxiv_requests += 1
        ids = request.args["id_list"].split(",")
        return Response(atom(*(entry(paper_id) for paper_id in ids)))


def kill_while_it_waits(stack: StackUnderTest, gate: Gate, dag_id: str, task_id: str) -> None:
    """Kill the fetching worker with a request of the DAG's first run under way."""
    gate.close()
    stack.unpause(dag_id)  # its last daily run is due then
    stack.wait_for(gate.has_waiting.is_set, f"{dag_id} to ask")
    pid = stack.kill("worker-fetch")
    gate.open()
    stack.wait_for(lambda: stack.pid_of("worker-fetch") != pid, "worker-fetch to be restarted")
    stack.wait_for(partial(has_ended_well, stack, dag_id), f"the runs of {dag_id}")
    tries = [
        task["try_number"] for task in stack.task_instances(dag_id) if task["task_id"] == task_id
    ]
    assert tries == [2]


def kill_when_done(stack: StackUnderTest, dag_id: str, *task_ids: str) -> None:
    """Kill the building worker when it holds the first try of these tasks."""

    def tries() -> dict[str, tuple[int, str]]:
        found = {one["task_id"]: one for one in stack.task_instances(dag_id)}
        return {name: (found[name]["try_number"], found[name]["state"]) for name in task_ids}

    def are_held() -> bool:
        text = "Done. Returned value was"
        logs = [*(stack.state / "volumes/logs" / f"dag_id={dag_id}").rglob("attempt=1.log")]
        held = {log.parent.name.partition("=")[2] for log in logs if text in log.read_text()}
        return held.issuperset(task_ids)

    stack.wait_for(are_held, f"{dag_id} to have done {task_ids}")
    assert set(tries().values()) == {(1, "running")}
    pid = stack.kill("worker-build")
    stack.wait_for(lambda: stack.pid_of("worker-build") != pid, "worker-build to be restarted")
    stack.wait_for(lambda: set(tries().values()) == {(2, "success")}, f"{dag_id} to go on")


def run(stack: StackUnderTest, source: FakeSource, *arguments: str) -> str:
    """Run `daily-papers` on the stack's home."""
    done = subprocess.run(
        [Path(sys.executable).with_name("daily-papers"), *arguments],
        env=stack.env
        | {"DAILY_PAPERS_HOME": str(stack.home), "DAILY_PAPERS_BASE_URL": source.base_url},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def read_lake(stack: StackUnderTest, name: str) -> list[dict]:
    paths = sorted((stack.home / "lake" / name).rglob("*.parquet"))
    return [row for path in paths for row in pq.ParquetFile(path).read().to_pylist()]


def test_a_worker_killed_in_any_task_costs_a_try_and_nothing_else(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    gate = Gate()
    source = GatedSource(httpserver, gate)
    options = make_impatient(tmp_path / "policy", HOLD) | {
        "BUILD_CONCURRENCY": "4",
        "DAILY_PAPERS_BASE_URL": source.base_url,
        "DAILY_PAPERS_ARXIV_API_URL": source.base_url,
        "DAILY_PAPERS_REQUEST_INTERVAL_S": "0",
        "DAILY_PAPERS_ARXIV_REQUEST_INTERVAL_S": "0",
        # weekends are known to be empty only once they were seen twice
        "DAILY_PAPERS_SLO_WHOLE_PCT": "50",
    }
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    first = yesterday - timedelta(days=6)
    days = [first + timedelta(days=number) for number in range(7)]
    with running_stack(tmp_path / "stack", **options) as stack:
        kill_while_it_waits(stack, gate, "refresh_recent_papers", "look_again")
        kill_while_it_waits(stack, gate, "enrich_papers", "enrich")

        landed = read_lake(stack, "papers")
        seen = {day: [row for row in landed if row["listing_date"] == day] for day in days}
        assert {day: len(rows) for day, rows in seen.items()} == {
            day: source.count(day) for day in days
        }
        facts = [row["paper_id"] for row in read_lake(stack, "arxiv")]
        assert sorted(facts) == sorted({row["paper_id"] for row in landed})

        stack.unpause("reprocess_raw")
        before = sorted(map(str, landed))
        stack.trigger("reprocess_raw", None, first=str(first), last=str(yesterday))
        kill_when_done(stack, "reprocess_raw", "rebuild")
        assert sorted(map(str, read_lake(stack, "papers"))) == before

        stack.unpause("build_marts")
        stack.trigger("build_marts", None)
        stack.wait_for_runs("build_marts", "manual", 1)
        stack.unpause("publish_outputs")
        stack.trigger("publish_outputs", None)
        kill_when_done(stack, "publish_outputs", "choose_snapshot")
        kill_when_done(stack, "publish_outputs", "dashboard", "feed", "digest")
        stack.unpause("watch_objectives")  # its last daily run is due then
        kill_when_done(stack, "watch_objectives", "check")
        for dag_id in DAGS:
            stack.wait_for(partial(has_ended_well, stack, dag_id), f"the runs of {dag_id}")

    run(stack, source, "doctor")
    publish = stack.home / "publish"
    assert (publish / "dashboard/index.html").is_file()
    run(stack, source, "feed", "--out", str(tmp_path / "feed"))
    feeds = {path.name: path.read_bytes() for path in (publish / "feed").iterdir()}
    assert feeds
    assert feeds == {path.name: path.read_bytes() for path in (tmp_path / "feed").iterdir()}
    assert any((publish / "digest").iterdir())
