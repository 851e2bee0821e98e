"""The live source against a loopback server that misbehaves on purpose."""

import json
import time
from datetime import date

import pytest
from daily_papers import settings as settings_module
from daily_papers.lake import raw
from daily_papers.sources.http_client import FetchError, HttpClient
from daily_papers.sources.huggingface import LiveSource
from daily_papers.sources.pacing import CircuitOpenError
from daily_papers.sources.response import FailedFetch, Response
from werkzeug import Response as Reply

DAY = date(2026, 1, 6)


@pytest.fixture
def live(options, httpserver):
    return settings_module.load(
        **options.model_dump() | {"base_url": httpserver.url_for("").rstrip("/")}
    )


def entries(count: int, first: int = 0) -> list[dict]:
    return [{"paper": {"id": f"2601.{number:05}"}} for number in range(first, first + count)]


def fetch(settings) -> list[Response | FailedFetch]:
    return list(LiveSource(settings).fetch_day(DAY))


def test_pages_are_read_until_a_short_one(live, httpserver):
    live = settings_module.load(**live.model_dump() | {"page_size": 2})
    for page, count in enumerate((2, 2, 1)):
        httpserver.expect_ordered_request(
            "/api/daily_papers", query_string={"date": "2026-01-06", "limit": "2", "p": str(page)}
        ).respond_with_json(entries(count, first=2 * page))
    got = fetch(live)
    assert [(r.page, len(json.loads(r.body))) for r in got] == [(0, 2), (1, 2), (2, 1)]
    assert len({r.attempt_at for r in got}) == 1
    assert all(r.requests == 1 and r.retries == 0 for r in got)


def test_the_request_says_who_asks(live, httpserver):
    httpserver.expect_request("/api/daily_papers").respond_with_json([])
    fetch(live)
    request, _ = httpserver.log[0]
    assert request.headers["User-Agent"].startswith("daily-papers/")


def test_the_page_is_asked_when_the_api_is_broken(live, httpserver):
    httpserver.expect_request("/api/daily_papers").respond_with_data("<h1>new API</h1>")
    page = "<div data-target='DailyPapers' data-props='{}'></div>"
    httpserver.expect_request("/papers/date/2026-01-06").respond_with_data(page)
    assert [r.source for r in fetch(live)] == ["huggingface", "huggingface_page"]


def test_a_busy_server_is_asked_again_after_the_time_it_asked_for(live, httpserver, clock):
    busy = Reply("slow down", 429, {"Retry-After": "7"})
    httpserver.expect_ordered_request("/api/daily_papers").respond_with_response(busy)
    httpserver.expect_ordered_request("/api/daily_papers").respond_with_data("no", 503)
    httpserver.expect_ordered_request("/api/daily_papers").respond_with_json(entries(3))
    (got,) = fetch(live)
    assert (got.status, got.requests, got.retries) == (200, 3, 2)
    assert [wait_s for wait_s in clock.waits if wait_s] == [7]


def test_a_retry_after_beyond_the_limit_ends_the_attempt_and_the_next_is_not_made(live, httpserver):
    busy = Reply("tomorrow", 429, {"Retry-After": "86400"})
    httpserver.expect_request("/api/daily_papers").respond_with_response(busy)
    assert [(r.status, r.requests) for r in fetch(live)] == [(429, 1)]
    with pytest.raises(CircuitOpenError, match="wants to be left alone"):
        fetch(live)
    assert len(httpserver.log) == 1


def test_the_last_error_response_is_kept_as_evidence(live, httpserver):
    httpserver.expect_request("/api/daily_papers").respond_with_data("down", 500)
    httpserver.expect_request("/papers/date/2026-01-06").respond_with_data("down", 500)
    got = fetch(live)
    assert [(r.status, r.body, r.requests) for r in got] == [(500, b"down", 4)] * 2


@pytest.mark.parametrize(
    "scheme, host, port",
    [("http", "127.0.0.2", 0), ("https", "localhost", 0), ("http", "localhost", 1)],
)
def test_a_redirect_to_another_origin_is_refused(live, httpserver, scheme, host, port):
    where = f"{scheme}://{host}:{httpserver.port + port}/"
    away = Reply(status=302, headers={"Location": f"{where}papers?x=1"})
    httpserver.expect_request("/api/daily_papers").respond_with_response(away)
    httpserver.expect_request("/papers/date/2026-01-06").respond_with_json([])
    first, _ = fetch(live)
    assert isinstance(first, FailedFetch)
    assert first.error.endswith(f"redirect to another origin refused: {where}")
    assert first.requests == 2


def test_an_oversized_response_is_cut_off(live, httpserver):
    live = settings_module.load(**live.model_dump() | {"max_response_bytes": 1000})
    httpserver.expect_request("/x").respond_with_data("x" * 5000)
    with HttpClient(live) as client, pytest.raises(FetchError, match="larger than 1000 bytes"):
        client.get("/x", {})
    assert len(httpserver.log) == 1  # asking again would not make it smaller


def test_a_slow_drip_ends_at_the_deadline(live, httpserver):
    live = settings_module.load(**live.model_dump() | {"deadline_s": 0.2, "attempts": 2})

    def drip(_):
        def body():
            for _ in range(20):
                time.sleep(0.05)
                yield b"[" * 70_000

        return Reply(body())

    httpserver.expect_request("/x").respond_with_handler(drip)
    with HttpClient(live) as client, pytest.raises(FetchError, match=r"longer than 0.2 s"):
        client.get("/x", {})


def test_no_server_is_a_failed_fetch_with_its_cost(live):
    live = settings_module.load(**live.model_dump() | {"base_url": "http://127.0.0.1:9"})
    got = fetch(live)
    assert all(isinstance(item, FailedFetch) and item.requests == 4 for item in got)
    assert [item.source for item in got] == ["huggingface", "huggingface_page"]


def test_bytes_that_did_not_change_are_not_sent_again_but_count_as_seen(live, httpserver):
    entries_seen = entries(3)

    def reply(request):
        if request.headers.get("If-None-Match") == '"v1"':
            return Reply(status=304, headers={"ETag": '"v1"'})
        return Reply(json.dumps(entries_seen), headers={"ETag": '"v1"'})

    httpserver.expect_request("/api/daily_papers").respond_with_handler(reply)
    for _ in range(2):
        for item in LiveSource(live).fetch_day(DAY):
            raw.store(live.home, item)
    first, second = raw.read_day(live.home / "raw", DAY)
    assert (first.status, second.status) == (200, 304)
    assert json.loads(second.read_body()) == entries_seen
    assert len(list((live.home / "raw").rglob("*.zst"))) == 1


@pytest.mark.parametrize("value", ['"né"', "x" * 20 + "\x7f"])
def test_a_validator_that_no_request_can_carry_is_not_sent_back(live, httpserver, respond, value):
    httpserver.expect_request("/api/daily_papers").respond_with_json(entries(3))
    url = LiveSource(live)._client.url_of(
        "/api/daily_papers", {"date": str(DAY), "limit": "100", "p": "0"}
    )
    headers = {"etag": value, "last-modified": "Tue, 06 Jan 2026 02:00:00 GMT"}
    raw.store(live.home, respond(entries(2), url=url, headers=headers))
    (got,) = fetch(live)
    (request, _), *_ = httpserver.log
    assert (got.status, len(json.loads(got.body))) == (200, 3)
    assert "If-None-Match" not in request.headers
    assert request.headers["If-Modified-Since"] == headers["last-modified"]


def test_a_week_is_asked_for_as_the_source_names_weeks(live, httpserver):
    httpserver.expect_request(
        "/api/daily_papers", query_string={"week": "2026-W02", "limit": "100", "p": "0"}
    ).respond_with_json(entries(3))
    (got,) = LiveSource(live).fetch_week(DAY, 5)
    assert (got.source, got.listing_date) == ("huggingface_week", date(2026, 1, 5))
