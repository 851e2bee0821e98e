"""The recent days are looked at again, with few requests."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from arxiv_answers import atom, entry
from daily_papers import enrich, ingest, refresh, schema
from daily_papers import settings as settings_module
from daily_papers.errors import SourceError
from daily_papers.lake import ledger, papers
from daily_papers.lake.files import read_parquet
from fake_source import FakeSource
from werkzeug import Response

TODAY = date(2026, 2, 18)  # a Wednesday


@pytest.fixture
def fake(httpserver):
    return FakeSource(httpserver, papers=30)


@pytest.fixture
def live(options, fake):
    return settings_module.load(
        **options.model_dump()
        | {
            "base_url": fake.base_url,
            "arxiv_api_url": fake.base_url,
            "arxiv_request_interval_s": 0,
            "source": "live",
            "attempts": 1,
        }
    )


def upvotes(options, day):
    return sum(papers.read_day(options.home, day)["upvotes"].to_pylist())


def at(day: date, hour: int):
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def test_two_weeks_are_seen_again_in_a_handful_of_requests(live, fake):
    with at(TODAY, 7):
        landed = refresh.refresh_recent(live)
    whole = [d for d in landed if d.listing_date < TODAY and d.listing_date.weekday() < 5]
    assert len(fake.requests) <= live.refresh_max_requests
    assert {d.state for d in whole} == {"complete"}
    assert [d.paper_count for d in whole] == [fake.count(d.listing_date) for d in whole]


def test_a_replay_is_never_gone_round_to_ask_the_live_source(live, fake, run, monkeypatch):
    monkeypatch.setenv("DAILY_PAPERS_BASE_URL", fake.base_url)
    monkeypatch.setenv("DAILY_PAPERS_SOURCE", f"replay:{settings_module.SAMPLE_DIR}")
    replaying = live.model_copy(update={"source": f"replay:{settings_module.SAMPLE_DIR}"})
    assert refresh.refresh_and_judge(replaying) == 0
    code, out, _ = run("refresh")
    assert (code, "sample is not the live source; no day is looked at again" in out) == (0, True)
    code, out, _ = run("refresh", "--json")
    assert (code, out, fake.requests) == (0, "[]\n", [])


def test_upvotes_that_rose_are_taken_and_the_history_stays(live, fake):
    day = date(2026, 2, 16)
    with at(TODAY, 7):
        refresh.refresh_recent(live)
    before = upvotes(live, day)
    fake.upvotes_added = 2
    for number in (1, 2):  # the budget may need two runs to come round to every week
        with at(TODAY + timedelta(days=number), 7):
            refresh.refresh_recent(live)
    assert upvotes(live, day) == before + 2 * fake.count(day)
    counts = papers.read_day(live.home, day)["observation_count"].to_pylist()
    assert min(counts) >= 2


def serve_arxiv(httpserver, lacking):
    """Answer like arXiv's API, which does not know one of the ids."""

    def answer(request):
        known = [name for name in request.args["id_list"].split(",") if name != lacking]
        return Response(atom(*map(entry, known)))

    httpserver.expect_request("/api/query").respond_with_handler(answer)


def test_a_month_of_steady_work_stays_within_eight_requests_a_day(live, fake, httpserver):
    end = TODAY + timedelta(days=21)
    with at(TODAY, 0):
        for number in range(1, 15):
            day = TODAY - timedelta(days=number)
            ingest.fetch_day(day, live)
            ingest.land_day(day, live)
    serve_arxiv(httpserver, lacking=f"{TODAY:%y%m}.{TODAY.day:02}003")
    with at(TODAY, 0):
        enrich.enrich(live)
    for number in range(1, 22):
        day = TODAY + timedelta(days=number)
        with at(day, 0):
            ingest.fetch_day(day - timedelta(days=1), live)
            ingest.land_day(day - timedelta(days=1), live)
        with at(day, 5):
            enrich.enrich(live, max_requests=live.arxiv_max_requests)
        with at(day, 7):
            refresh.refresh_recent(live)
    spent = Counter()
    asked_arxiv = Counter()
    for path in (live.home / "lake" / "arxiv_requests").rglob("*.parquet"):
        for row in read_parquet(path, schema.ARXIV_REQUESTS).to_pylist():
            asked_arxiv[row["fetched_on"]] += row["requests"]
    last_seen = {}
    for day in ledger.days(live.home):
        for row in ledger.read_day(live.home, day):
            spent[row["attempt_at"].date()] += row["requests"]
            last_seen[day] = max(row["attempt_at"], last_seen.get(day, row["attempt_at"]))
    steady = {day: spent[day] + asked_arxiv[day] for day in spent if day > TODAY}
    assert max(steady.values()) <= 8
    assert sum(spent.values()) == len(fake.requests)
    assert sum((spent + asked_arxiv).values()) == len(httpserver.log)
    assert len(enrich.find_due(live, end)) <= fake.count(end)  # landed after arXiv was asked
    # every one of the last 14 days was looked at within the last two days
    recent = [end - timedelta(days=n) for n in range(1, 15)]
    assert max((end - last_seen[day].date()).days for day in recent) <= 2
    assert {ledger.decide_state(ledger.read_day(live.home, day)).state for day in recent} == {
        "complete",
        "empty",
    }


def test_without_a_week_endpoint_single_days_are_asked_for(live, fake):
    fake.has_week = False
    with at(TODAY, 7):
        landed = refresh.refresh_recent(live)
    assert any("date" in request for request in fake.requests)
    assert len(fake.requests) <= live.refresh_max_requests
    assert any(d.state == "complete" for d in landed)


def test_retries_count_towards_the_limit(live, fake):
    fake.fault_share = 0.6
    patient = settings_module.load(
        **live.model_dump() | {"attempts": 4, "breaker_failures": 100, "list_reads": 3}
    )
    for number in range(6):
        fake.requests.clear()
        with at(TODAY + timedelta(days=number), 7):
            refresh.refresh_recent(patient)
        assert len(fake.requests) <= live.refresh_max_requests
    assert fake.faults


def test_a_source_that_is_down_ends_the_look_without_harm(live, httpserver):
    dead = settings_module.load(
        **live.model_dump() | {"base_url": "http://127.0.0.1:9", "breaker_failures": 2}
    )
    with at(TODAY, 7), pytest.raises(SourceError, match="left alone"):
        refresh.refresh_recent(dead)
