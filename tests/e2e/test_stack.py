"""The whole stack: PostgreSQL, Redis, the CeleryExecutor, a worker a queue, two schedulers.

Started as `make stack` starts it, from docker-compose.yaml. The source is a replay: the
bundled sample, and days of invented papers. What comes out is held against the fast path
(`daily-papers ingest`) over the same responses, byte by byte. Metrics and lineage events go to a
collector on loopback.
"""

import contextlib
import gzip
import http.server
import json
import shutil
import threading
import urllib.error
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from daily_papers.settings import SAMPLE_DIR
from stack_lake import ingest_fast, judge_anew, lake_files, last_listing_day, make_replay
from stack_under_test import StackUnderTest, running_stack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

SAMPLE_DAYS = [date(2026, 1, day) for day in range(5, 10)]
BACKFILLED = [date(2025, 9, day) for day in range(1, 31)]
IN_ONE_TASK = [date(2025, 10, day) for day in range(1, 11)]
PARALLEL_RUNS = 4


def queues(stack: StackUnderTest, dag_id: str) -> set[tuple[str, str]]:
    return {(task["task_id"], task["queue"]) for task in stack.task_instances(dag_id)}


def test_two_workers_fill_the_lake_as_the_fast_path_does_and_publish_it(tmp_path):
    shutil.copytree(SAMPLE_DIR, tmp_path / "replay")
    make_replay(tmp_path / "replay", [*BACKFILLED, *IN_ONE_TASK])
    source = f"replay:{tmp_path / 'replay'}"
    with (
        running_collector() as (collector, received),
        running_stack(
            tmp_path / "stack", DAILY_PAPERS_SOURCE=source, **observed_by(collector)
        ) as stack,
        stack.another_scheduler(),
    ):
        for password in ("", "admin", "airflow"):
            with pytest.raises(urllib.error.HTTPError, match=r"40[01]"):
                stack.log_in(password)

        # The daily run of yesterday, the five days of the sample, and thirty days beside them.
        stack.unpause("ingest_daily_papers")
        for day in SAMPLE_DAYS:
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
            stack.trigger("ingest_daily_papers", midnight + timedelta(days=1))
        stack.backfill("ingest_daily_papers", BACKFILLED[0], BACKFILLED[-1], PARALLEL_RUNS)
        stack.wait_for_runs("ingest_daily_papers", "scheduled", 1)
        stack.wait_for_runs("ingest_daily_papers", "manual", len(SAMPLE_DAYS))
        backfilled = stack.wait_for_runs("ingest_daily_papers", "backfill", len(BACKFILLED))
        assert 1 < overlapping(backfilled) <= PARALLEL_RUNS

        # Ten days in one task; they wake the marts, which wake the outputs.
        stack.unpause("backfill_range", "build_marts", "publish_outputs")
        first, last = str(IN_ONE_TASK[0]), str(IN_ONE_TASK[-1])
        stack.trigger("backfill_range", None, first=first, last=last)
        stack.wait_for_runs("backfill_range", "manual", 1)
        stack.wait_for_runs("build_marts", "asset_triggered", 1)
        stack.wait_for_runs("publish_outputs", "asset_triggered", 1)
        schedulers = stack.airflow(
            *("jobs", "check", "--job-type", "SchedulerJob", "--allow-multiple", "--limit", "0")
        )
        assert "Found 2 alive jobs" in schedulers

        last_day = last_listing_day(stack.runs("ingest_daily_papers"))
        assert queues(stack, "ingest_daily_papers") == {
            ("fetch", "fetch"),
            ("land", "build"),
            ("judge", "build"),
        }
        assert queues(stack, "backfill_range") == {("fetch_and_land", "fetch")}
        assert {queue for _, queue in queues(stack, "build_marts")} == {"build"}
        assert {queue for _, queue in queues(stack, "publish_outputs")} == {"build"}

    metrics = b"".join(body for path, body in received if path == "/v1/metrics")
    for name in (b"airflow.ti.finish", b"airflow.dagrun.duration.success"):
        assert name in metrics
    events = [json.loads(body) for path, body in received if path == "/api/v1/lineage"]
    ended = {event["job"]["name"] for event in events if event["eventType"] == "COMPLETE"}
    assert {"ingest_daily_papers.land", "build_marts.build", "publish_outputs.feed"} <= ended

    judge_anew(stack.home)
    lake = lake_files(stack.home)
    days = {path.split("listing_date=")[1][:10] for path in lake if "lake/papers/" in path}
    papers_on = [day for day in [*BACKFILLED, *IN_ONE_TASK] if day.weekday() < 5]
    assert days == {str(day) for day in [*papers_on, *SAMPLE_DAYS, last_day]}
    published = (stack.home / "warehouse/current").read_text().strip()
    assert (stack.home / "warehouse/snapshots" / published / "manifest.json").is_file()
    assert (stack.home / "publish/dashboard/index.html").is_file()
    assert ingest_fast(tmp_path / "fast", source, BACKFILLED[0], last_day, stack.env) == lake


@contextlib.contextmanager
def running_collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Take whatever is posted to loopback; yield the address, and path and body of each."""
    received: list[tuple[str, bytes]] = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_packed = self.headers.get("Content-Encoding") == "gzip"
            received.append((self.path, gzip.decompress(body) if is_packed else body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()


def observed_by(collector: str) -> dict[str, str]:
    """Return the lines of docs/production.md that switch on metrics and lineage."""
    return {
        "AIRFLOW__METRICS__OTEL_ON": "True",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_METRIC_EXPORT_INTERVAL": "5000",
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps({"type": "http", "url": collector}),
    }


def overlapping(runs: list[dict[str, str]]) -> int:
    """Return how many runs were under way at once, at most."""
    spans = [(run["start_date"], run["end_date"]) for run in runs]
    return max(sum(begun <= at < ended for begun, ended in spans) for at, _ in spans)
