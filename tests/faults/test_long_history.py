"""Three years of lists from a source that misbehaves: every day ends whole, or says why not."""

from datetime import date, timedelta

import pytest
from daily_papers import backfill, planner
from daily_papers import settings as settings_module
from daily_papers.lake import ledger, papers
from daily_papers.sources import open_source
from fake_source import FakeSource

pytestmark = pytest.mark.slow
FIRST = date(2023, 5, 4)
LAST = FIRST + timedelta(days=3 * 365)
BROKEN = {
    date(2024, 2, 29): b"1",
    date(2025, 7, 1): b'{"error": "internal"}',
    date(2026, 1, 6): b"<html>gone</html>",
}


def test_three_years_with_faults_end_whole_or_honestly_failed(options, httpserver):
    fake = FakeSource(httpserver, seed=7)
    fake.fault_share = 0.08
    fake.broken_days = dict(BROKEN)
    live = settings_module.load(
        **options.model_dump()
        | {
            "source": "live",
            "base_url": fake.base_url,
            "breaker_failures": 1000,
            "empty_confirmed_after_h": 1e-9,  # the second look comes seconds later
        }
    )
    source = open_source("live", live)
    for _ in range(10):  # each run asks only for what is still missing
        list(backfill.land_range(FIRST, LAST, live, source))
        if {gap.listing_date for gap in planner.plan(FIRST, LAST, live).days} == set(BROKEN):
            break
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    states = {day: ledger.decide_state(ledger.read_day(live.home, day)) for day in days}
    assert min(fake.faults.values()) > 5
    assert len(fake.faults) == 6
    for day in days:
        if day in BROKEN:
            assert states[day].state == "failed"
            assert states[day].error
        elif fake.count(day):
            assert states[day].state == "complete", (day, states[day])
        else:
            assert states[day].state == "empty", (day, states[day])
    landed = sum(len(papers.read_day(live.home, day)) for day in days)
    assert landed == sum(fake.count(day) for day in days if day not in BROKEN)
    spent = sum(row["requests"] for day in days for row in ledger.read_day(live.home, day))
    assert spent == sum("date" in request for request in fake.requests) + spent_on_pages(live, days)
    assert [gap.listing_date for gap in planner.plan(FIRST, LAST, live).days] == sorted(BROKEN)


def spent_on_pages(live, days):
    """Requests for the HTML page, which the fake source does not have."""
    return sum(
        row["requests"]
        for day in days
        for row in ledger.read_day(live.home, day)
        if row["source"] == "huggingface_page"
    )
