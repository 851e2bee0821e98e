"""Killed without warning on the stack: workers in their tasks, and the scheduler.

Injected, on a backfill of ten days with parallel runs, each by SIGKILL to every process of
the service at once, as when a container is killed:
- worker-fetch while a `fetch` runs,
- worker-build while a `land` runs, and again while a `judge` runs,
- the scheduler while runs are under way,
- worker-build while `build_marts.build` runs,
- worker-fetch while `backfill_range.fetch_and_land` runs, worker-build while
  `publish_outputs.dashboard` does.

Survived: each service was restarted, each interrupted task was seen by its missing heartbeat
and ran again, every run succeeded, the lake is the fast path's byte by byte, and the
snapshot passed its checks and was published.
"""

from datetime import date
from functools import partial
from pathlib import Path

import pytest
from stack_kills import has_ended_well, kill_in_a_task, make_impatient
from stack_lake import ingest_fast, judge_anew, lake_files, last_listing_day, make_replay
from stack_under_test import running_stack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

DAYS = [date(2025, 9, day) for day in range(1, 11)]
MORE_DAYS = [date(2025, month, day) for month in (10, 12) for day in range(1, 31)]
DAGS = ("ingest_daily_papers", "build_marts", "backfill_range", "publish_outputs")


def test_killed_workers_and_scheduler_leave_the_lake_of_an_undisturbed_run(tmp_path: Path) -> None:
    make_replay(tmp_path / "replay", [*DAYS, *MORE_DAYS])
    source = f"replay:{tmp_path / 'replay'}"
    options = make_impatient(tmp_path / "policy") | {"DAILY_PAPERS_SOURCE": source}
    with running_stack(tmp_path / "stack", **options) as stack:
        stack.unpause("ingest_daily_papers")
        stack.backfill("ingest_daily_papers", DAYS[0], DAYS[-1], parallel_runs=3)
        interrupted = {
            kill_in_a_task(stack, "ingest_daily_papers", task_id, service)
            for task_id, service in [
                ("fetch", "worker-fetch"),
                ("land", "worker-build"),
                ("judge", "worker-build"),
            ]
        }
        pid = stack.kill("scheduler")
        stack.wait_for(lambda: stack.pid_of("scheduler") != pid, "the scheduler to be restarted")
        stack.wait_for_runs("ingest_daily_papers", "scheduled", 1)
        stack.wait_for_runs("ingest_daily_papers", "backfill", len(DAYS))

        stack.unpause("build_marts")
        stack.trigger("build_marts", None)
        interrupted.add(kill_in_a_task(stack, "build_marts", "build", "worker-build"))
        stack.wait_for_runs("build_marts", "manual", 1)

        stack.unpause("backfill_range", "publish_outputs")
        begin_range = partial(
            stack.trigger, "backfill_range", None, first=str(MORE_DAYS[0]), last=str(MORE_DAYS[-1])
        )
        interrupted |= {
            kill_in_a_task(stack, "backfill_range", "fetch_and_land", "worker-fetch", begin_range),
            kill_in_a_task(
                *(stack, "publish_outputs", "dashboard", "worker-build"),
                partial(stack.trigger, "publish_outputs", None),
            ),
        }
        for dag_id in ("backfill_range", "publish_outputs"):
            stack.wait_for(partial(has_ended_well, stack, dag_id), f"the runs of {dag_id}")

        tries = {
            (task["dag_run_id"], task["task_id"]): task["try_number"]
            for dag_id in DAGS
            for task in stack.task_instances(dag_id)
        }
        assert min(tries[task] for task in interrupted) > 1
        for service, times in [("worker-fetch", 2), ("worker-build", 4), ("scheduler", 1)]:
            assert stack.log().count(f"{service} ended with -9; restarting it") >= times

        last_day = last_listing_day(stack.runs("ingest_daily_papers"))

    published = (stack.home / "warehouse/current").read_text().strip()
    assert (stack.home / "warehouse/snapshots" / published / "manifest.json").is_file()
    fast = ingest_fast(tmp_path / "fast", source, DAYS[0], last_day, stack.env)
    judge_anew(stack.home)
    assert fast == lake_files(stack.home)
