"""Killed without warning in the middle of a backfill, then resumed."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta

import pytest
from daily_papers import planner
from daily_papers.lake import ledger, papers
from daily_papers.settings import SAMPLE_DIR
from fake_source import FakeSource

pytestmark = pytest.mark.slow

BACKFILL = """
import sys
from datetime import date
from pathlib import Path
from daily_papers import backfill, settings
from daily_papers.sources import open_source

options = settings.load(home=Path(sys.argv[1]))
source = open_source(sys.argv[2], options)
first, last = map(date.fromisoformat, sys.argv[3:5])
for day in backfill.land_range(first, last, options, source):
    print(day.listing_date, flush=True)
"""


ARCHIVE = (date(2024, 5, 27), date(2026, 5, 31))
JANUARY = (date(2026, 1, 1), date(2026, 1, 31))


def start(home, spec, days=ARCHIVE, **env):
    return subprocess.Popen(
        [sys.executable, "-c", BACKFILL, str(home), spec, *map(str, days)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | env,
    )


def finish(home, spec, days=ARCHIVE, **env):
    process = start(home, spec, days, **env)
    process.communicate(timeout=300)
    assert process.returncode == 0


def kill_after(process, day_count):
    """Kill a backfill inside the day after so many; return the days that it had landed."""
    landed = [date.fromisoformat(process.stdout.readline().strip()) for _ in range(day_count)]
    time.sleep(0.003 * day_count % 0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    return landed


@pytest.mark.parametrize("source", ["sample", "real"])
def test_a_killed_backfill_that_is_run_again_leaves_the_lake_of_an_undisturbed_one(
    tmp_path, lake_files, source, request
):
    spec = f"replay:{SAMPLE_DIR}"
    kills = [1, 2, 4]
    if source == "real":
        spec = f"replay:{request.getfixturevalue('shared') / 'hf_api'}"
        kills = [3, 40, 150]
    finish(tmp_path / "calm", spec)
    for days_landed in kills:
        kill_after(start(tmp_path / "rough", spec), days_landed)
    finish(tmp_path / "rough", spec)
    assert lake_files(tmp_path / "rough") == lake_files(tmp_path / "calm")
    rests = [p for p in (tmp_path / "rough" / "lake").rglob("*") if p.name.startswith(".")]
    assert len(rests) <= len(kills)  # a cut-off temporary file a kill, read by nobody


def test_a_killed_live_backfill_asks_again_only_for_what_was_not_whole(
    tmp_path, options, httpserver
):
    fake = FakeSource(httpserver)
    env = {
        "DAILY_PAPERS_BASE_URL": fake.base_url,
        "DAILY_PAPERS_REQUEST_INTERVAL_S": "0.02",
        "DAILY_PAPERS_EMPTY_CONFIRMED_AFTER_H": "1e-9",  # the second look comes seconds later
    }
    landed = {}  # days that a run had landed, by the number of requests until it was killed
    for day_count in (2, 6):
        days = kill_after(start(options.home, "live", JANUARY, **env), day_count)
        landed[len(fake.requests)] = {day for day in days if fake.count(day)}
    for _ in range(3):  # a day without a list is looked at twice
        finish(options.home, "live", JANUARY, **env)
    days = [JANUARY[0] + timedelta(days=n) for n in range(31)]
    assert planner.plan(*JANUARY, options).days == []
    assert [len(papers.read_day(options.home, day)) for day in days] == list(map(fake.count, days))
    asked = [date.fromisoformat(request["date"]) for request in fake.requests]
    assert all(landed.values())
    for request_count, whole in landed.items():
        assert whole.isdisjoint(asked[request_count:])
    # what was under way at each of two kills, and two looks at a day without a list
    assert max(Counter(asked).values()) <= 4
    spent = sum(row["requests"] for day in days for row in ledger.read_day(options.home, day))
    assert len(fake.requests) - 2 * options.fetch_concurrency <= spent <= len(fake.requests)
