"""Clocks that are wrong, change or skip: days stay days, and nothing waits for ever.

Injected: a machine in New York over both changes of daylight saving time, a leap day, a year's
end, a clock set back by an hour and by a year. Survived: each listing date is asked for once,
closes at the same moment everywhere, and the pace stays.
"""

import json
import time
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from daily_papers import backfill, ingest
from daily_papers import settings as settings_module
from daily_papers.errors import InvalidInputError
from daily_papers.lake import ledger
from daily_papers.sources import open_source
from daily_papers.sources.pacing import HostGate
from fake_source import make_entry
from werkzeug import Response

ZONES = ["UTC", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata"]
# The days around which clocks change or calendars have one day more.
DAYS = [
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2025, 3, 9),  # New York goes forward
    date(2025, 11, 2),  # and back
    date(2024, 12, 31),
    date(2025, 1, 1),
]


@pytest.fixture
def zone(request, monkeypatch):
    """Let the process think that it is somewhere else."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def live(options, httpserver):
    def answer(request):
        day = date.fromisoformat(request.args["date"])
        first = int(request.args.get("p", 0)) * 100
        return Response(json.dumps([make_entry(day, n, 1) for n in range(3)] if not first else []))

    httpserver.expect_request("/api/daily_papers").respond_with_handler(answer)
    return settings_module.load(
        **options.model_dump()
        | {"source": "live", "base_url": httpserver.url_for("").rstrip("/"), "attempts": 1}
    )


@pytest.mark.parametrize("zone", ZONES, indirect=True)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_day_closes_at_midnight_utc_wherever_the_machine_is(live, zone, day):
    for moment, state in [
        (datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC), "partial"),
        (datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1), "complete"),
    ]:
        with time_machine.travel(moment, tick=False):
            ingest.fetch_day(day, live)
            assert ingest.land_day(day, live).state == state
    attempts = ledger.read_day(live.home, day)
    assert [row["attempt_at"].date() for row in attempts] == [day, day + timedelta(days=1)]


@pytest.mark.parametrize("zone", ZONES, indirect=True)
def test_tomorrow_begins_at_midnight_utc(zone):
    with time_machine.travel(datetime(2025, 11, 2, 23, 59, tzinfo=UTC), tick=False):
        ingest.check_listing_date(date(2025, 11, 2))
        with pytest.raises(InvalidInputError, match="2025-11-03 is in the future"):
            ingest.check_listing_date(date(2025, 11, 3))


@pytest.mark.parametrize("zone", ["America/New_York"], indirect=True)
def test_a_range_over_a_leap_day_and_both_changes_asks_for_each_day_once(live, zone):
    source = open_source("live", live)
    with time_machine.travel(datetime(2026, 1, 2, tzinfo=UTC), tick=False):
        for first, last in [
            (date(2024, 2, 26), date(2024, 3, 3)),
            (date(2025, 3, 7), date(2025, 3, 11)),
            (date(2025, 10, 31), date(2025, 11, 4)),
        ]:
            days = backfill.days_to_fetch(first, last, live, source, again=False)
            assert days == [first + timedelta(days=n) for n in range((last - first).days + 1)]
            landed = list(ingest.ingest_days(days, live, source))
            assert {day.state for day in landed} == {"complete"}
            assert backfill.days_to_fetch(first, last, live, source, again=False) == []


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=365)], ids=str)
def test_a_clock_that_is_set_back_holds_nobody_up(tmp_path, monkeypatch, back):
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    gate = HostGate(tmp_path, "example.org", 0.05, 1, 60.0, 600.0)
    now = datetime(2025, 11, 2, 6, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        gate.wait_for_turn()
        gate.note(has_failed=True)
    with time_machine.travel(now - back, tick=False):
        gate.check_circuit()
        gate.wait_for_turn()
    assert sum(slept) <= 0.05
