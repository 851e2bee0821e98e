"""The gap report: what is missing, why, and what it costs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from daily_papers import ingest, planner
from daily_papers import settings as settings_module
from daily_papers.lake import raw
from daily_papers.settings import SAMPLE_DIR
from daily_papers.sources import open_source

MONDAY, FRIDAY = date(2026, 1, 5), date(2026, 1, 9)


@pytest.fixture
def landed(options):
    source = open_source(f"replay:{SAMPLE_DIR}", options)
    list(ingest.ingest_days(source.days(MONDAY, FRIDAY), options, source))
    return options


def test_whole_days_are_not_planned_again(landed):
    assert planner.plan(MONDAY, FRIDAY, landed).days == []


def test_gaps_are_listed_with_their_reasons(landed, respond):
    day = FRIDAY + timedelta(days=1)
    at = datetime(2026, 1, 11, 6, tzinfo=UTC)
    raw.store(landed.home, respond(b"1", listing_date=day, fetched_at=at))
    ingest.land_day(day, landed)
    plan = planner.plan(MONDAY, FRIDAY + timedelta(days=3), landed)
    assert [(d.listing_date.day, d.state, d.reason) for d in plan.days] == [
        (10, "failed", "not_a_list"),
        (11, "unknown", None),
        (12, "unknown", None),
    ]
    assert plan.whole_count == 5


def test_what_a_weekday_has_is_learnt_from_the_days_that_are_known():
    saturday, monday = date(2026, 1, 10), date(2026, 1, 12)
    known = {saturday - timedelta(weeks=n): 0 for n in range(1, 5)}
    known |= {monday - timedelta(weeks=n): 100 + n for n in range(1, 5)}
    assert planner.expect_count(saturday, known) == 0
    assert planner.expect_count(monday, known) == 102
    assert planner.expect_count(date(2026, 1, 13), known) is None


def test_a_long_list_is_planned_with_all_its_pages_at_the_sources_pace(landed):
    slow = settings_module.load(**landed.model_dump() | {"page_size": 5, "request_interval_s": 2.0})
    plan = planner.plan(FRIDAY, FRIDAY + timedelta(days=7), slow)
    by_day = {d.listing_date: (d.expected_count, d.requests) for d in plan.days}
    assert by_day[date(2026, 1, 16)] == (13, 3)
    assert by_day[date(2026, 1, 11)] == (None, 1)
    assert plan.seconds == plan.requests * 2.0
