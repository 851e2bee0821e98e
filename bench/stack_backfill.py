"""A backfill of N days three ways over the same responses, in one run: what Airflow costs.

`fast`: `daily-papers ingest --from --to`. `local`: `airflow backfill create` with the
LocalExecutor and SQLite, as `make up` starts it. `stack`: the same command on PostgreSQL, Redis
and two Celery workers, as `make stack` starts it. Both Airflows run up to four tasks and four
days at once, build_marts paused, and are timed from the command to the last day's success; their
start is not counted. Ends by comparing the three lakes, byte by byte.

Needs PostgreSQL and Redis on 127.0.0.1 and the dependency group `stack`; without them it says
so and measures nothing:

    uv sync --group stack && python bench/stack_backfill.py --days 60
"""

import argparse
import contextlib
import os
import re
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import psutil
import pytest
from rich.console import Console
from rich.table import Table

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "e2e")]
FIRST = date(2025, 1, 1)
PARALLEL = 4
TASKS_A_DAY = 3
SAMPLE_EVERY_S = 2.0


@dataclass
class Measured:
    """One way to fill the lake."""

    wall_s: float
    cpu_s: float
    workers_mib: float  # peak of what tasks run in, shared pages counted once
    scheduler_mib: float  # peak of the scheduler; of a LocalExecutor's, with its tasks
    all_mib: float  # peak of all processes


class Watch:
    """CPU time and memory of process trees, by name of their root."""

    def __init__(self, roots: dict[str, int], workers: set[str]) -> None:
        self._roots = {name: psutil.Process(pid) for name, pid in roots.items()}
        self._workers = workers
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self.workers_mib = self.scheduler_mib = self.all_mib = 0.0

    def __enter__(self) -> "Watch":
        self._cpu_before = self._cpu_s()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        self.cpu_s = self._cpu_s() - self._cpu_before

    def _cpu_s(self) -> float:
        # A parent's times hold those of its children that have ended.
        total = 0.0
        for process in self._trees():
            with contextlib.suppress(psutil.NoSuchProcess):
                total += sum(process.cpu_times()[:4])
        return total

    def _trees(self) -> Iterator[psutil.Process]:
        for root in self._roots.values():
            yield root
            yield from root.children(recursive=True)

    def _sample(self) -> None:
        while not self._is_over.wait(SAMPLE_EVERY_S):
            mib = {name: self._pss_mib(root) for name, root in self._roots.items()}
            self.all_mib = max(self.all_mib, sum(mib.values()))
            self.workers_mib = max(self.workers_mib, sum(mib[name] for name in self._workers))
            scheduler_mib = sum(mib[name] for name in mib if "scheduler" in name)
            self.scheduler_mib = max(self.scheduler_mib, scheduler_mib)

    def _pss_mib(self, root: psutil.Process) -> float:
        total = 0
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_full_info().pss
        return total / 2**20


def timed(roots: dict[str, int], workers: set[str], work: Callable[[], object]) -> Measured:
    with Watch(roots, workers) as watch:
        begun = time.perf_counter()
        work()
        wall_s = time.perf_counter() - begun
    return Measured(wall_s, watch.cpu_s, watch.workers_mib, watch.scheduler_mib, watch.all_mib)


def measure_fast(root: Path, source: str, first: date, last: date) -> Measured:
    from stack_lake import ingest_fast

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    ingest_fast(root / "data", source, first, last, os.environ)
    wall_s = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak_mib = after.ru_maxrss / 1024
    return Measured(wall_s, cpu_s, peak_mib, 0.0, peak_mib)


def measure_local(root: Path, source: str, first: date, last: date, days: int) -> Measured:
    import test_backfill

    test_backfill.DAGS = {"ingest_daily_papers"}  # what it unpauses
    airflow = test_backfill.Airflow(root)
    airflow.env |= {"DAILY_PAPERS_SOURCE": source, "AIRFLOW__CORE__PARALLELISM": str(PARALLEL)}
    test_backfill.WAIT_S = 3600

    def backfill() -> None:
        airflow.command(
            *("backfill", "create", "--dag-id", "ingest_daily_papers"),
            *("--from-date", str(first), "--to-date", str(last)),
            *("--max-active-runs", str(PARALLEL)),
        )
        airflow.wait_for(lambda: succeeded(airflow.get) == days, "the backfill")

    try:
        airflow.start()
        assert airflow.process is not None
        children = psutil.Process(airflow.process.pid).children()
        roots = {" ".join(child.cmdline()): child.pid for child in children}
        # Tasks are children of the scheduler.
        workers = {name for name in roots if " scheduler" in name}
        return timed(roots, workers, backfill)
    finally:
        airflow.stop()


def measure_stack(root: Path, source: str, first: date, last: date, days: int) -> Measured:
    import stack_under_test

    stack_under_test.WAIT_S = 3600
    with stack_under_test.running_stack(root, DAILY_PAPERS_SOURCE=source) as stack:
        stack.unpause("ingest_daily_papers")

        def backfill() -> None:
            stack.backfill("ingest_daily_papers", first, last, PARALLEL)
            stack.wait_for(lambda: succeeded(stack.call) == days, "the backfill", 3600)

        names = ("api-server", "scheduler", "dag-processor", "triggerer")
        workers = {"worker-fetch", "worker-build"}
        roots = {name: stack.pid_of(name) for name in (*names, *workers)}
        return timed(roots, workers, backfill)


def succeeded(call: Callable[[str], dict[str, int]]) -> int:
    path = "/dags/ingest_daily_papers/dagRuns?run_type=backfill"
    failed = call(f"{path}&state=failed&limit=1")["total_entries"]
    if failed:
        raise RuntimeError(f"{failed} runs failed")
    return call(f"{path}&state=success&limit=1")["total_entries"]


def day_of(path: str) -> str:
    """Return the day of a partition, "" where a file is of no day."""
    return "".join(re.findall(r"_date=([0-9-]+)/", path))


def main() -> None:
    from stack_lake import lake_files, make_replay
    from stack_under_test import require_services

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    days = parser.parse_args().days
    try:
        require_services()
    except pytest.skip.Exception as reason:
        print(f"stack_backfill: not measured: {reason}")
        return
    listing_days = [FIRST + timedelta(days=n) for n in range(days)]
    first, last = listing_days[0], listing_days[-1]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_replay(root / "replay", listing_days)
        source = f"replay:{root / 'replay'}"
        measured = {
            "fast": measure_fast(root / "fast", source, first, last),
            "local": measure_local(root / "local", source, first, last, days),
            "stack": measure_stack(root / "stack", source, first, last, days),
        }
        seen_until = str(last + timedelta(days=1))
        lakes = {}
        for name in measured:
            files = lake_files(root / name / "data")
            # The Airflows also had their daily run of yesterday.
            lakes[name] = {path: sha for path, sha in files.items() if day_of(path) <= seen_until}
        are_equal = lakes["fast"] == lakes["local"] == lakes["stack"]

    table = Table(title=f"backfill of {days} days, {TASKS_A_DAY * days} tasks")
    for column in (
        "",
        "wall s",
        "CPU s",
        "wall s/task",
        "CPU s/task",
        "tasks run in, MiB",
        "scheduler, MiB",
        "all, MiB",
    ):
        table.add_column(column, justify="left" if not column else "right")
    for name, one in measured.items():
        tasks = TASKS_A_DAY * days
        each = (
            ("", "")
            if name == "fast"
            else (f"{one.wall_s / tasks:.2f}", f"{one.cpu_s / tasks:.2f}")
        )
        scheduler = f"{one.scheduler_mib:.0f}" if one.scheduler_mib else ""
        memory = (f"{one.workers_mib:.0f}", scheduler, f"{one.all_mib:.0f}")
        table.add_row(name, f"{one.wall_s:.1f}", f"{one.cpu_s:.1f}", *each, *memory)
    Console(width=110).print(table)
    print(f"the three lakes are {'equal' if are_equal else 'NOT EQUAL'}, byte by byte")
    if not are_equal:
        sys.exit(1)


if __name__ == "__main__":
    main()
