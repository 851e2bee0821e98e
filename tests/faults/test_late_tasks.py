"""A task that its scheduler gave up, and that finishes after its retry.

Injected: the first try hangs in the source's answer, or is stopped in the middle of landing,
while the retry does the whole day; then the first goes on. Survived: both looks are remembered,
the answer that was seen last is the best known, and the lake is that of two calm tries.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import date

import pytest
from daily_papers import ingest
from daily_papers import settings as settings_module
from daily_papers.errors import BusyError
from daily_papers.lake import ledger, papers
from fake_source import make_entry
from pytest_httpserver import HTTPServer
from werkzeug import Response

DAY = date(2026, 1, 6)

LAND = """
import sys
from datetime import date
from pathlib import Path
from daily_papers import ingest, settings
from daily_papers.lake import observations

write = observations.write_response

def write_and_wait(*arguments):
    write(*arguments)
    print("in the middle", flush=True)
    sys.stdin.readline()

observations.write_response = write_and_wait
ingest.land_day(date(2026, 1, 6), settings.load(home=Path(sys.argv[1])))
"""


@pytest.fixture
def httpserver():
    with HTTPServer(threaded=True) as server:  # the first question must not hold up the second
        yield server


def test_an_answer_that_comes_after_the_retrys_is_one_look_more(options, httpserver, lake_files):
    asked, released = threading.Event(), threading.Event()

    def answer(_):
        is_first = not asked.is_set()
        asked.set()
        if is_first:
            released.wait(60)
        return Response(json.dumps([make_entry(DAY, n, 1 if is_first else 9) for n in range(3)]))

    httpserver.expect_request("/api/daily_papers").respond_with_handler(answer)
    live = settings_module.load(
        **options.model_dump()
        | {"source": "live", "base_url": httpserver.url_for("").rstrip("/"), "attempts": 1}
    )
    zombie = threading.Thread(target=lambda: ingest.fetch_day(DAY, live))
    zombie.start()
    asked.wait(30)
    ingest.fetch_day(DAY, live)
    ingest.land_day(DAY, live)
    newest = lake_files(live.home)
    released.set()
    zombie.join(60)
    ingest.land_day(DAY, live)
    ingest.land_day(DAY, live)

    rows = ledger.read_day(live.home, DAY)
    assert [row["state"] for row in rows] == ["complete", "complete"]
    assert len(papers.read_day(live.home, DAY)) == 3
    assert newest.keys() <= lake_files(live.home).keys()  # nothing of the retry's is gone
    # Whose answer is newer decides, not whose question: the zombie's came last.
    assert {row["upvotes"] for row in papers.read_day(live.home, DAY).to_pylist()} == {1}
    assert {row["observation_count"] for row in papers.read_day(live.home, DAY).to_pylist()} == {2}


def test_a_landing_that_was_stopped_in_the_middle_goes_on_to_the_same_lake(
    options, tmp_path, lake_files
):
    calm = settings_module.load(**options.model_dump() | {"home": tmp_path / "calm"})
    for one in (calm, options):
        ingest.fetch_day(DAY, one)
    ingest.land_day(DAY, calm)
    zombie = subprocess.Popen(
        [sys.executable, "-c", LAND, str(options.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert zombie.stdout is not None
    assert zombie.stdin is not None
    assert zombie.stdout.readline() == "in the middle\n"
    os.kill(zombie.pid, signal.SIGSTOP)  # it holds the day's lock, as a hanging task would
    impatient = settings_module.load(**options.model_dump() | {"lock_timeout_s": 0.2})
    with pytest.raises(BusyError, match="another process has held listing_date=2026-01-06"):
        ingest.land_day(DAY, impatient)
    os.kill(zombie.pid, signal.SIGCONT)
    zombie.communicate("\n" * 9, timeout=60)
    assert zombie.returncode == 0
    ingest.land_day(DAY, options)  # the retry's own retry
    assert lake_files(options.home) == lake_files(calm.home)
