"""PostgreSQL and Redis killed and started again under the stack, while a backfill runs.

Injected, on a backfill of ten days with parallel runs, each by SIGKILL, each away for a while:
- PostgreSQL, which recovers from its log,
- Redis, which reads its append-only file.

Survived: every run succeeded, and the lake is the fast path's byte by byte.
"""

from datetime import date
from pathlib import Path

import pytest
from own_services import own_postgres, own_redis
from stack_kills import make_impatient
from stack_lake import ingest_fast, judge_anew, lake_files, last_listing_day, make_replay
from stack_under_test import StackUnderTest, running_stack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

DAYS = [date(2025, 9, day) for day in range(1, 11)]
# Beside that of stack_kills: with Airflow's defaults a lost message takes ten minutes.
PATIENCE = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    # A message that Redis had not written when it died is never delivered.
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__NUM_STUCK_IN_QUEUED_RETRIES": "5",
}


def test_database_and_broker_that_die_and_come_back_cost_no_day(tmp_path: Path) -> None:
    make_replay(tmp_path / "replay", DAYS)
    source = f"replay:{tmp_path / 'replay'}"
    options = make_impatient(tmp_path / "policy") | PATIENCE | {"DAILY_PAPERS_SOURCE": source}
    with (
        own_postgres() as (postgres, database),
        own_redis() as (redis, broker),
        running_stack(tmp_path / "stack", (database, broker), **options) as stack,
    ):
        stack.unpause("ingest_daily_papers")
        stack.backfill("ingest_daily_papers", DAYS[0], DAYS[-1], parallel_runs=3)
        wait_for_success_of(stack, 1)
        postgres.restart()
        wait_for_success_of(stack, 4)
        redis.restart()
        stack.wait_for_runs("ingest_daily_papers", "scheduled", 1)
        stack.wait_for_runs("ingest_daily_papers", "backfill", len(DAYS))
        last_day = last_listing_day(stack.runs("ingest_daily_papers"))

    fast = ingest_fast(tmp_path / "fast", source, DAYS[0], last_day, stack.env)
    judge_anew(stack.home)
    assert fast == lake_files(stack.home)


def wait_for_success_of(stack: StackUnderTest, count: int) -> None:
    """Return while others are still running, so that what is killed next is needed."""

    def has_enough() -> bool:
        states = [run["state"] for run in stack.runs("ingest_daily_papers")]
        assert "running" in states or states.count("success") < count, "nothing is left to disturb"
        return states.count("success") >= count

    stack.wait_for(has_enough, f"{count} runs")
