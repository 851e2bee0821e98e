"""The stack with its lake on object storage: workers that share nothing but a bucket.

The store is a real S3 API on loopback (moto) that is slow, and refuses one request in
twenty-five. What comes out is held against the fast path into a folder, byte by byte.
"""

import hashlib
import itertools
import time
from datetime import date
from pathlib import Path

import pytest
from object_store_under_test import URL, running_object_store
from stack_lake import ingest_fast, last_listing_day, make_replay
from stack_under_test import running_stack
from werkzeug import Request
from werkzeug import Response as Reply

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

DAYS = [date(2025, 9, day) for day in range(1, 6)]
POLICY = """
from datetime import timedelta

def task_policy(task):
    task.retry_delay = timedelta(seconds=1)
"""


def test_workers_that_share_a_bucket_leave_the_lake_of_a_folder(tmp_path: Path) -> None:
    make_replay(tmp_path / "replay", DAYS)
    source = f"replay:{tmp_path / 'replay'}"
    policy = tmp_path / "policy"
    policy.mkdir()
    (policy / "airflow_local_settings.py").write_text(POLICY)
    numbers = itertools.count()
    refused: list[int] = []

    def be_slow_and_unreliable(_: Request) -> Reply | None:
        time.sleep(0.01)
        if (number := next(numbers)) % 25 != 24:
            return None
        refused.append(number)
        return Reply("<Error/>", 503)

    with running_object_store() as store:
        store.spoil = be_slow_and_unreliable
        options = store.env | {
            "LAKE_URL": URL,
            "DAILY_PAPERS_SOURCE": source,
            "PYTHONPATH": str(policy),
        }
        del options["DAILY_PAPERS_HOME"]  # in the environment file that is a folder, never used
        with running_stack(tmp_path / "stack", **options) as stack:
            stack.unpause("ingest_daily_papers")
            stack.backfill("ingest_daily_papers", DAYS[0], DAYS[-1], parallel_runs=3)
            stack.wait_for_runs("ingest_daily_papers", "scheduled", 1)
            stack.wait_for_runs("ingest_daily_papers", "backfill", len(DAYS))
            stack.unpause("build_marts", "publish_outputs")
            stack.trigger("build_marts", None)
            stack.wait_for_runs("build_marts", "manual", 1)
            stack.wait_for_runs("publish_outputs", "asset_triggered", 1)
            last_day = last_listing_day(stack.runs("ingest_daily_papers"))
            page = stack.read("/daily-papers/coverage")
        store.spoil = lambda _: None
        there = store.files()

    assert refused, "the store was never unreliable"
    assert not list(stack.home.iterdir())
    lake = {
        name: hashlib.sha256(data).hexdigest()
        for name, data in there.items()
        if name.startswith("lake/") and name.endswith(".parquet")
    }
    assert ingest_fast(tmp_path / "fast", source, DAYS[0], last_day, stack.env) == lake
    published = there["warehouse/current"].decode().strip()
    assert f"warehouse/snapshots/{published}/manifest.json" in there
    assert published in page
    assert "publish/dashboard/index.html" in there
