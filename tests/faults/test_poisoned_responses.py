"""Answers made to hurt: each ends as a failed attempt or a held row, in bounded memory.

Injected: JSON nested a million deep, a body without end, gzip and zstd bombs, encodings over
encodings, NUL bytes, bytes that are no UTF-8, numbers no machine holds, and a source that is
down for three days. Survived: what was landed, the other days, and the process.
"""

import gzip
import json
import tracemalloc
from datetime import date, timedelta

import handmade
import pytest
import zstandard
from daily_papers import backfill, ingest, planner
from daily_papers import settings as settings_module
from daily_papers.errors import SourceError
from daily_papers.lake import ledger, papers, quarantine
from daily_papers.sources import open_source
from fake_source import FakeSource, make_entry
from werkzeug import Response as Reply

DAY = date(2026, 1, 6)
API = "/api/daily_papers"
LIMIT_BYTES = 2**20


@pytest.fixture
def live(options, httpserver):
    httpserver.expect_request("/papers/date/2026-01-06").respond_with_data("no page", 404)
    return settings_module.load(
        **options.model_dump()
        | {
            "base_url": httpserver.url_for("").rstrip("/"),
            "source": "live",
            "attempts": 1,
            "max_response_bytes": LIMIT_BYTES,
        }
    )


def last_row(live):
    rows = ledger.read_day(live.home, DAY)
    return next(row for row in reversed(rows) if row["source"] == "huggingface")


def endless():
    while True:
        yield b"[" * 65536


def encoded(body: bytes, encoding: str) -> Reply:
    return Reply(body, headers={"Content-Encoding": encoding})


ZEROS = b" " * (256 * LIMIT_BYTES)
POISONS = {
    "deep lists": lambda: (Reply(b"[" * 500_000), "not_json"),
    "deep objects": lambda: (Reply(b'{"a":' * 100_000), "not_json"),
    "no UTF-8": lambda: (Reply(b'[{"paper": "\xff\xfe\xff"}]'), "not_json"),
    "NUL bytes": lambda: (Reply(b"\x00" * 4096), "not_json"),
    "a body without end": lambda: (Reply(endless()), "no_response"),
    "gzip bomb": lambda: (encoded(gzip.compress(ZEROS), "gzip"), "no_response"),
    "zstd bomb": lambda: (encoded(zstandard.compress(ZEROS), "zstd"), "no_response"),
    "gzip in gzip": lambda: (
        encoded(gzip.compress(gzip.compress(ZEROS)), "gzip, gzip"),
        "no_response",
    ),
    "gzip that is none": lambda: (encoded(b"[]", "gzip"), "no_response"),
    "gzip cut short": lambda: (
        encoded(gzip.compress(json.dumps([make_entry(DAY, 0, 1)]).encode())[:-9], "gzip"),
        "no_response",
    ),
}


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_answer_is_a_failed_attempt_in_bounded_memory(live, httpserver, poison):
    reply, reason = POISONS[poison]()
    httpserver.expect_request(API).respond_with_handler(lambda _: reply)
    tracemalloc.start()
    with pytest.raises(SourceError, match="2026-01-06 failed: huggingface: "):
        ingest.fetch_day(DAY, live)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (last_row(live)["state"], last_row(live)["reason"]) == ("failed", reason)
    assert peak_bytes < 40 * LIMIT_BYTES


def test_a_gzipped_answer_is_read_and_stored_as_it_was_meant(live, httpserver):
    body = json.dumps([make_entry(DAY, number, 1) for number in range(3)]).encode()
    httpserver.expect_request(API).respond_with_handler(
        lambda _: encoded(gzip.compress(body), "gzip")
    )
    ingest.fetch_day(DAY, live)
    assert ingest.land_day(DAY, live).paper_count == 3


POISONED_FIELDS = [
    ("title", "a\x00b"),
    ("title", "\ud800"),
    ("title", "x" * 300_000),
    ("upvotes", 10**30),
    ("upvotes", 2**62),
    ("upvotes", -1),
    ("upvotes", float("nan")),
    ("upvotes", True),
    ("publishedAt", "0000-00-00T00:00:00Z"),
    ("publishedAt", "99999-01-01T00:00:00Z"),
    ("publishedAt", "0001-01-01T00:00:00+23:59"),
    ("publishedAt", "9999-12-31T23:59:59-23:59"),
    ("submittedOnDailyAt", "9999-12-31T23:59:59-23:59"),
    ("id", "2601.00000\x00"),
    ("id", "2601.0000\u0660"),
    ("id", "0601.1234"),
    ("id", "2601.06001v9999999999"),
    ("id", 2601.1),
    ("authors", [{"name": "\x00"}]),
    ("authors", {"name": {"name": {}}}),
]


@pytest.mark.parametrize(("field", "value"), POISONED_FIELDS)
def test_a_poisoned_entry_is_held_and_its_neighbours_land(live, httpserver, field, value):
    poisoned = make_entry(DAY, 1, 1)
    poisoned["paper"][field] = value
    body = json.dumps([make_entry(DAY, 0, 1), poisoned, make_entry(DAY, 2, 1)])
    httpserver.expect_request(API).respond_with_data(body)
    ingest.fetch_day(DAY, live)
    landed = ingest.land_day(DAY, live)
    held = quarantine.read_day(live.home, DAY).to_pylist()
    assert landed.paper_count + len(held) == 3
    assert {"2601.06000", "2601.06002"} <= set(
        papers.read_day(live.home, DAY)["paper_id"].to_pylist()
    )
    for text in papers.read_day(live.home, DAY)["title"].to_pylist():
        text.encode()
        assert "\x00" not in text


def test_what_lands_of_all_poisons_can_be_published(live, httpserver):
    entries = [make_entry(DAY, 0, 1)]
    for field, value in POISONED_FIELDS * 2:  # twice: what one row holds, a sum may not
        entry = make_entry(DAY, len(entries), 1)
        entry["paper"] |= {"ai_keywords": ["agents"], field: value}
        entries.append(entry)
    httpserver.expect_request(API).respond_with_json(entries)
    ingest.fetch_day(DAY, live)
    landed = ingest.land_day(DAY, live)
    handmade.write_lake(live.home, verdicts=[handmade.verdict(DAY)])
    tables = {table.name: table.rows for table in handmade.build_warehouse(live).tables}
    assert (landed.paper_count, tables["core.papers"]) == (3, 3)


def test_a_source_that_is_down_for_three_days_is_made_up_for(options, httpserver):
    fake = FakeSource(httpserver)
    monday = date(2026, 1, 5)
    days = [monday + timedelta(days=number) for number in range(5)]
    live = settings_module.load(
        **options.model_dump()
        | {"source": "live", "base_url": fake.base_url, "attempts": 1, "breaker_failures": 1000}
    )
    fake.broken_days = dict.fromkeys(days[1:4], b"<html>down</html>")
    for day in days:  # day by day, as the scheduler does
        if day in fake.broken_days:
            with pytest.raises(SourceError):
                ingest.fetch_day(day, live)
        else:
            ingest.fetch_day(day, live)
            ingest.land_day(day, live)
    gaps = planner.plan(days[0], days[-1], live).days
    assert [gap.listing_date for gap in gaps] == days[1:4]
    fake.broken_days = {}
    list(backfill.land_range(days[0], days[-1], live, open_source("live", live)))
    assert list(planner.plan(days[0], days[-1], live).days) == []
    assert [len(papers.read_day(live.home, day)) for day in days] == list(map(fake.count, days))
