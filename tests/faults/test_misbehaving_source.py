"""A source that misbehaves, seen from the lake: what lands, which state, what is lost."""

import json
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from daily_papers import ingest
from daily_papers import settings as settings_module
from daily_papers.errors import SourceError
from daily_papers.lake import ledger, papers, raw
from fake_source import make_entry
from werkzeug import Response as Reply

DAY = date(2026, 1, 6)
API = "/api/daily_papers"


@pytest.fixture
def live(options, httpserver):
    httpserver.expect_request("/papers/date/2026-01-06").respond_with_data("no page", 404)
    return settings_module.load(
        **options.model_dump()
        | {
            "base_url": httpserver.url_for("").rstrip("/"),
            "source": "live",
            "attempts": 2,
            "page_size": 3,
        }
    )


def entries(count, first=0):
    return [make_entry(DAY, number, 1) for number in range(first, first + count)]


def fetch_and_land(live):
    ingest.fetch_day(DAY, live)
    return ingest.land_day(DAY, live)


def last_row(live):
    return [row for row in ledger.read_day(live.home, DAY) if row["source"] == "huggingface"][-1]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply("<html>We are busy</html>", content_type="text/html"), "not_json"),
        (Reply(json.dumps(entries(2))[:-40]), "not_json"),
        (Reply(json.dumps({"error": "internal"})), "not_a_list"),
        (Reply("slow down", 429), "http_status"),
        (Reply("oops", 500), "http_status"),
        (Reply("away", 302, {"Location": "http://127.0.0.3/"}), "no_response"),
        (Reply("x" * 5000), "no_response"),
    ],
)
def test_a_response_that_is_no_list_is_a_failed_attempt_with_its_reason(
    live, httpserver, reply, reason
):
    small = settings_module.load(**live.model_dump() | {"max_response_bytes": 4000})
    httpserver.expect_request(API).respond_with_response(reply)
    with pytest.raises(SourceError, match="2026-01-06 failed: huggingface: "):
        ingest.fetch_day(DAY, small)
    assert (last_row(small)["state"], last_row(small)["reason"]) == ("failed", reason)
    assert len(papers.read_day(small.home, DAY)) == 0


def test_a_list_under_a_wrong_content_type_is_told_by_its_content(live, httpserver):
    httpserver.expect_request(API).respond_with_data(
        json.dumps(entries(2)), content_type="text/html"
    )
    landed = fetch_and_land(live)
    assert (landed.state, landed.paper_count) == ("complete", 2)
    (stored,) = raw.read_day(live.home / "raw", DAY)
    assert stored.headers["content-type"] == "text/html"  # kept as evidence


def test_what_was_landed_before_survives_a_source_that_broke(live, httpserver):
    httpserver.expect_oneshot_request(API).respond_with_json(entries(2))
    assert fetch_and_land(live).state == "complete"
    httpserver.expect_request(API).respond_with_data("1")
    with pytest.raises(SourceError):
        ingest.fetch_day(DAY, live)
    assert len(papers.read_day(live.home, DAY)) == 2
    assert ledger.decide_state(ledger.read_day(live.home, DAY)).state == "complete"


class CutsOffOnce(BaseHTTPRequestHandler):
    """Promises a whole list, closes after 50 bytes, and does better the next time."""

    body = json.dumps(entries(2)).encode()
    asked = 0

    def do_GET(self):
        type(self).asked += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body[:50] if self.asked == 1 else self.body)

    def log_message(self, *_):
        pass


def test_a_body_that_ends_too_early_is_asked_for_again(live):
    with HTTPServer(("127.0.0.1", 0), CutsOffOnce) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        base_url = f"http://127.0.0.1:{server.server_port}"
        landed = fetch_and_land(
            settings_module.load(**live.model_dump() | {"base_url": base_url, "page_size": 9})
        )
        server.shutdown()
    assert (landed.state, landed.paper_count) == ("complete", 2)
    assert last_row(live)["retries"] == 1


def serve(httpserver, *lists):
    """Answer each request from the next of some states of the list, the last one for ever."""
    states = list(lists)

    def reply(request):
        state = states.pop(0) if len(states) > 1 else states[0]
        start = int(request.args["p"]) * 3
        return Reply(json.dumps(state[start : start + 3]))

    httpserver.expect_request(API).respond_with_handler(reply)


def test_a_list_that_moves_between_two_pages_is_read_again_until_none_is_lost(live, httpserver):
    before = entries(7)
    after = [before[5], *before[:5], before[6]]  # the sixth gained upvotes
    serve(httpserver, before, after)
    landed = fetch_and_land(live)
    assert (landed.state, landed.paper_count) == ("complete", 7)
    moved, whole = ledger.read_day(live.home, DAY)
    assert (moved["state"], moved["reason"], moved["rows_landed"]) == ("partial", "list_moved", 6)
    assert (whole["state"], whole["rows_landed"], whole["requests"]) == ("complete", 7, 3)


def test_a_list_that_never_stands_still_is_not_whole(live, httpserver):
    before = entries(7)
    after = [before[5], *before[:5], before[6]]
    serve(httpserver, *[before, after, after] * 9)
    landed = fetch_and_land(live)
    assert (landed.state, landed.reason) == ("partial", "list_moved")
    assert len(httpserver.log) == 3 * live.list_reads


def test_a_list_that_grows_between_two_pages_lands_each_paper_once(live, httpserver):
    serve(httpserver, entries(6, first=1), entries(7))
    landed = fetch_and_land(live)
    assert (landed.state, landed.paper_count) == ("complete", 7)


def test_a_source_that_ignores_the_page_number_is_a_cap_hit_not_a_whole_day(live, httpserver):
    httpserver.expect_request(API).respond_with_json(entries(3))
    landed = fetch_and_land(live)
    assert (landed.state, landed.reason, landed.paper_count) == ("partial", "cap_hit", 3)
    assert last_row(live)["requests"] == len(httpserver.log) == 2  # the second brought nothing new


def test_an_unreadable_body_is_not_called_back_by_its_etag(live, httpserver):
    whole = json.dumps(entries(2))
    bodies = [whole[:-40], whole]

    def reply(request):
        if request.headers.get("If-None-Match") == '"v1"':
            return Reply(status=304, headers={"ETag": '"v1"'})
        return Reply(bodies.pop(0), headers={"ETag": '"v1"'})

    httpserver.expect_request(API).respond_with_handler(reply)
    with pytest.raises(SourceError, match="not_json"):
        ingest.fetch_day(DAY, live)
    landed = fetch_and_land(live)
    assert (landed.state, landed.paper_count) == ("complete", 2)
    assert (
        fetch_and_land(live).state == "complete"
    )  # of the good body it is asked whether it changed
    assert bodies == []


@pytest.mark.parametrize(
    "headers",
    [{"X-Total-Count": "9"}, {"Link": '</api/daily_papers?p=1>; rel="next"'}],
)
def test_a_source_that_says_there_is_more_is_believed(live, httpserver, headers):
    def reply(_):
        return Reply(json.dumps(entries(2)), headers=headers)

    few = settings_module.load(**live.model_dump() | {"max_pages": 1})
    httpserver.expect_request(API).respond_with_handler(reply)
    landed = fetch_and_land(few)
    assert (landed.state, landed.reason) == ("partial", "page_missing")
