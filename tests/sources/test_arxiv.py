"""arXiv's API and OAI-PMH against a loopback server that also misbehaves."""

import json
import time
from datetime import UTC, date, datetime

import pytest
from arxiv_answers import (
    ATOM_HEAD,
    NONEXISTENT,
    atom,
    deleted,
    entry,
    error_entry,
    oai,
    oai_error,
    record,
)
from daily_papers import settings as settings_module
from daily_papers.errors import CorruptFileError, InvalidInputError
from daily_papers.lake import raw
from daily_papers.sources.arxiv import ArxivSource, read_replay
from daily_papers.sources.arxiv_format import BadAnswerError, read_atom, read_oai
from daily_papers.sources.response import FailedFetch
from daily_papers.sources.safe_xml import UnsafeXmlError, parse_xml
from hypothesis import given
from hypothesis import strategies as st
from werkzeug import Response as Reply

API_PATH = "/api/query"
DAYS = (date(2026, 1, 10), date(2026, 1, 11))


@pytest.fixture
def live(options, httpserver):
    url = httpserver.url_for("").rstrip("/")
    return change(
        options,
        arxiv_api_url=url,
        arxiv_oai_url=url,
        arxiv_request_interval_s=0,
        arxiv_backoff_initial_s=0,
        arxiv_batch_size=2,
    )


def change(settings, **changes):
    return settings_module.load(**settings.model_dump() | changes)


def ask(settings, *ids):
    return list(ArxivSource(settings).fetch_ids(ids))


def asked_for(httpserver):
    return [request.args.get("id_list") for request, _ in httpserver.log]


def expect(httpserver, *answers):
    for answer in answers:
        reply = answer if isinstance(answer, Reply) else Reply(answer, 200)
        httpserver.expect_ordered_request(API_PATH).respond_with_response(reply)


def test_ids_are_asked_for_in_batches(live, httpserver):
    expect(httpserver, atom(entry("2601.00002"), entry("2601.00001", 3)), atom(entry("2601.00003")))
    got = ask(live, "2601.00001", "2601.00002", "2601.00003")
    assert asked_for(httpserver) == ["2601.00001,2601.00002", "2601.00003"]
    assert [request.args["max_results"] for request, _ in httpserver.log] == ["2", "1"]
    assert [f.item.ids for f in got] == [("2601.00001", "2601.00002"), ("2601.00003",)]
    assert [r["paper_id"] for f in got for r in f.answer.rows] == [
        "2601.00002",
        "2601.00001",
        "2601.00003",
    ]
    request, _ = httpserver.log[0]
    assert request.headers["Accept"].startswith("application/atom+xml")
    assert request.headers["User-Agent"].startswith("daily-papers/")


def test_between_requests_the_interval_passes(live, httpserver, monkeypatch):
    waits = []
    monkeypatch.setattr("time.sleep", waits.append)
    expect(httpserver, atom(entry("2601.00001"), entry("2601.00002")), atom(entry("2601.00003")))
    settings = change(live, arxiv_request_interval_s=3.0)
    ask(settings, "2601.00001", "2601.00002", "2601.00003")
    assert [round(wait_s) for wait_s in waits if wait_s > 0.5] == [3]


def test_the_interval_is_three_seconds_by_default():
    assert settings_module.load().arxiv_request_interval_s == 3.0
    assert settings_module.load().arxiv_batch_size == 200


def test_an_entry_gives_what_the_api_knows(live, httpserver):
    expect(
        httpserver,
        atom(
            entry(
                "2601.00001",
                3,
                title="Two\n  lines & more",
                comment="12 pages,\n 3 figures",
                doi="10.1000/x",
                journal_ref="J. Facts 1 (2026)",
                classes="cs.LG cs.LG I.2.6 68T05 stat.ML",
                updated="2026-01-09T18:00:00-05:00",
            )
        ),
    )
    (got,) = ask(live, "2601.00001")
    assert got.answer.rows == [
        {
            "paper_id": "2601.00001",
            "version": 3,
            "is_known": True,
            "is_latest": True,
            "title": "Two lines & more",
            "categories": ["cs.LG", "stat.ML"],
            "primary_category": "cs.LG",
            "comments": "12 pages, 3 figures",
            "doi": "10.1000/x",
            "journal_ref": "J. Facts 1 (2026)",
            "published_at": datetime(2026, 1, 2, 10, tzinfo=UTC),
            "updated_at": datetime(2026, 1, 9, 23, tzinfo=UTC),
        }
    ]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("hep-th/9901001", "hep-th/9901001"),
        ("math/0309136", "math.GT/0309136"),
        ("0704.0001", "0704.0001"),
    ],
)
def test_old_ids_are_asked_for_and_recognised(live, httpserver, asked, shown):
    expect(httpserver, atom(entry(shown, 2, classes="hep-th cond-mat.stat-mech q-bio.NC")))
    (got,) = ask(live, asked)
    assert asked_for(httpserver) == [asked]
    (row,) = got.answer.rows
    assert (row["paper_id"], row["version"], got.answer.unknown_ids) == (asked, 2, [])
    assert row["categories"] == ["hep-th", "cond-mat.stat-mech", "q-bio.NC"]


def test_an_id_that_is_absent_is_asked_for_once_more_before_it_counts(live, httpserver):
    first = atom(entry("2601.00001"), NONEXISTENT)
    expect(httpserver, first, atom(entry("2601.00003")), atom())
    *_, last = ask(live, "2601.00001", "2601.00002", "2601.00003")
    assert asked_for(httpserver)[2:] == ["2601.00002"]
    assert last.answer.unknown_ids == ["2601.00002"]


def test_a_rejected_id_does_not_spoil_its_batch(live, httpserver):
    fault = Reply(atom(error_entry("incorrect id format for foo/9901001")), 400)
    expect(httpserver, fault, atom(entry("2601.00001")))
    rejected, good = ask(live, "foo/9901001", "2601.00001")
    assert asked_for(httpserver) == ["foo/9901001,2601.00001", "2601.00001"]
    assert (rejected.answer.is_rejection, rejected.answer.unknown_ids) == (True, ["foo/9901001"])
    assert [row["paper_id"] for row in good.answer.rows] == ["2601.00001"]


def test_an_error_that_names_no_id_ends_the_run(live, httpserver):
    expect(httpserver, atom(error_entry("max_results must be an integer")))
    (got,) = ask(live, "2601.00001", "2601.00002", "2601.00003")
    assert got.answer is None
    assert got.error == "api_error: max_results must be an integer"


def test_busy_is_waited_out_as_long_as_arxiv_asks(live, httpserver, clock):
    busy = Reply("Rate exceeded.", 429, {"Retry-After": "7"})
    expect(httpserver, busy, Reply("down", 503), atom(entry("2601.00001")))
    (got,) = ask(live, "2601.00001")
    assert (got.item.status, got.item.requests, got.item.retries) == (200, 3, 2)
    assert [wait_s for wait_s in clock.waits if wait_s] == [7]


def test_without_retry_after_the_waits_grow_from_the_settings(live, httpserver, monkeypatch):
    waits = []
    monkeypatch.setattr("time.sleep", waits.append)
    settings = change(live, arxiv_backoff_initial_s=15, backoff_max_s=100)
    expect(httpserver, Reply("no", 429), Reply("no", 429), atom(entry("2601.00001")))
    (got,) = ask(settings, "2601.00001")
    assert got.item.retries == 2
    first, second = (wait_s for wait_s in waits if wait_s > 1)
    assert 15 <= first <= 30 < second <= 60


def test_a_source_that_stays_down_ends_the_run_with_the_evidence(live, httpserver):
    httpserver.expect_request(API_PATH).respond_with_data("down", 503)
    (got,) = ask(live, "2601.00001", "2601.00002", "2601.00003")
    assert (got.item.status, got.item.body, got.item.requests) == (503, b"down", 4)
    assert got.error == "http_503: status 503: 'down'"


def test_no_server_is_a_failed_fetch(live):
    (got,) = ask(change(live, arxiv_api_url="http://127.0.0.1:9"), "2601.00001")
    assert isinstance(got.item, FailedFetch)
    assert got.item.requests == 4


def test_an_oversized_answer_is_cut_off(live, httpserver):
    expect(httpserver, atom(*(entry(f"2601.{n:05}") for n in range(1, 40))))
    (got,) = ask(change(live, max_response_bytes=2000), "2601.00001")
    assert "larger than 2000 bytes" in got.error


BOMB = b"""<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><feed xmlns="http://www.w3.org/2005/Atom">&b;</feed>"""
EXTERNAL = b"""<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed>&x;</feed>"""


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (BOMB, "a document type is refused"),
        (EXTERNAL, "a document type is refused"),
        (b"<!DOCTYPE html><html></html>", "a document type is refused"),
        (atom(entry("2601.00001"))[:-20], "not well-formed"),
        (b"", "not well-formed"),
        (b"<feed>&nbsp;</feed>", "not well-formed"),
        (b"\xff\xfe\x00", "not well-formed"),
        (b"<a>" * 40, "more than 32 levels"),
        (b"<html><body>Rate exceeded.</body></html>", "expected <feed>, got <html>"),
        (b'<feed xmlns="http://example.org/other"/>', "expected <feed>"),
    ],
)
def test_xml_that_is_broken_or_dangerous_is_refused(live, httpserver, body, message):
    expect(httpserver, body)
    (got,) = ask(live, "2601.00001")
    assert got.answer is None
    assert message in got.error


def test_elements_are_counted():
    with pytest.raises(UnsafeXmlError, match="500000 elements"):
        parse_xml(b"<a>" + b"<b/>" * 500_001 + b"</a>")


def test_an_entity_bomb_costs_no_time():
    levels = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 100}">' for n in range(30)
    )
    started = time.perf_counter()
    with pytest.raises(UnsafeXmlError):
        parse_xml(f"<!DOCTYPE f [{levels}]><f>&e29;</f>".encode())
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        (entry("2601.00001").replace("v1</id>", "</id>"), "its id has no version"),
        (entry("2601.0001"), "expected 5 digits"),
        (entry("2601.00001", published="2026-01-02"), "published is missing or no time"),
        (entry("2601.00001", published="0001-01-01T00:00:00+23:59"), "published is missing or no"),
        (entry("2601.00001").replace("http://arxiv.org/abs", "http://x.org"), "no arXiv address"),
    ],
)
def test_an_entry_that_cannot_be_read_is_told_and_is_not_unknown(spoilt, message):
    answer = read_atom(200, atom(spoilt, entry("2601.00002")), ["2601.00002"])
    assert [row["paper_id"] for row in answer.rows] == ["2601.00002"]
    (problem,) = answer.problems
    assert message in problem
    if "abs/2601.00001" in problem:
        assert read_atom(200, atom(spoilt), ["2601.00001"]).unknown_ids == []


@given(st.binary(max_size=200), st.sampled_from([200, 400, 404, 503]))
def test_any_bytes_are_an_answer_or_a_reason(body, status):
    for read in (read_atom, read_oai):
        with pytest.raises(BadAnswerError):
            read(status, body)


def harvest(settings, **options):
    return list(ArxivSource(settings).harvest(*DAYS, **options))


def test_a_harvest_follows_resumption_tokens_alone(live, httpserver):
    query = {
        "verb": "ListRecords",
        "metadataPrefix": "arXivRaw",
        "from": "2026-01-10",
        "until": "2026-01-11",
        "set": "cs",
    }
    first = oai(record("2601.00001"), token="2026|skip=1&x")
    httpserver.expect_ordered_request("/oai", query_string=query).respond_with_data(first)
    rest = {"verb": "ListRecords", "resumptionToken": "2026|skip=1&x"}
    last = oai(record("2601.00002"))
    httpserver.expect_ordered_request("/oai", query_string=rest).respond_with_data(last)
    got = harvest(live, set_spec="cs")
    assert [f.item.page for f in got] == [0, 1]
    assert len({f.item.attempt_at for f in got}) == 1
    assert [r["paper_id"] for f in got for r in f.answer.rows] == ["2601.00001", "2601.00002"]


def test_a_record_gives_every_version_and_says_the_rest_of_the_newest():
    dates = [f"{n}#Fri, {n:02} Jan 2026 10:00:00 GMT" for n in (1, 10, 2)]
    body = oai(
        record(
            "hep-th/9901001",
            *dates,
            comments="9 pages",
            journal_ref="J 1",
            doi="10.1/x",
            license="http://creativecommons.org/licenses/by/4.0/",
            flag="AI",
        )
    )
    rows = read_oai(200, body).rows
    assert [(r["version"], r["is_latest"], r.get("doi")) for r in rows] == [
        (1, False, None),
        (2, False, None),
        (10, True, "10.1/x"),
    ]
    assert {r["published_at"] for r in rows} == {datetime(2026, 1, 1, 10, tzinfo=UTC)}
    newest = rows[-1]
    assert newest["updated_at"] == datetime(2026, 1, 10, 10, tzinfo=UTC)
    assert (newest["categories"], newest["journal_ref"]) == (["cs.CL", "cs.LG"], "J 1")
    assert (newest["license"], newest["is_withdrawn"]) == (
        "http://creativecommons.org/licenses/by/4.0/",
        True,
    )


def test_a_version_given_twice_counts_once():
    dates = ["1#Fri, 02 Jan 2026 10:00:00 GMT", "1#Sat, 03 Jan 2026 10:00:00 GMT"]
    (row,) = read_oai(200, oai(record("2601.00001", *dates))).rows
    assert row["updated_at"] == datetime(2026, 1, 3, 10, tzinfo=UTC)


def test_a_deleted_record_is_an_unknown_id():
    assert read_oai(200, oai(deleted("hep-th/9901001"))).unknown_ids == ["hep-th/9901001"]


@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        (record("2601.00001", "2#Fri, 02 Jan 2026 10:00:00 GMT"), "no version v1"),
        (record("2601.00001", "x#Fri, 02 Jan 2026 10:00:00 GMT"), "version 'vx'"),
        (record("2601.00001", "yesterday"), "version date 'yesterday'"),
        (record("2601.00001", "Fri, 02 Jan 2026 10:00:00"), "without a zone"),
        (record("2601.00001", "Fri, 31 Dec 9999 23:59:59 -2359"), "version date 'Fri, 31 Dec 9"),
        (record("nonsense"), "'nonsense' is not an arXiv id"),
        (record("2601.00001").replace("arXivRaw", "arXiv"), "no arXivRaw"),
    ],
)
def test_a_record_that_cannot_be_read_is_told_and_the_others_stay(spoilt, message):
    answer = read_oai(200, oai(spoilt, record("2601.00002")))
    assert [row["paper_id"] for row in answer.rows] == ["2601.00002"]
    assert message in answer.problems[0]


def test_no_record_in_the_range_is_no_failure(live, httpserver):
    httpserver.expect_request("/oai").respond_with_data(oai_error("noRecordsMatch"))
    (got,) = harvest(live)
    assert (got.answer.rows, got.error) == ([], None)


@pytest.mark.parametrize("status", [200, 400, 404, 422])
@pytest.mark.parametrize("code", ["badResumptionToken", "badArgument"])
def test_an_oai_error_ends_the_harvest(live, httpserver, code, status):
    httpserver.expect_request("/oai").respond_with_data(oai_error(code), status)
    (got,) = harvest(live)
    assert got.error == f"oai_{code}: {code}: said so"


def test_a_harvest_that_was_cut_off_goes_on_after_its_last_page(live, httpserver):
    def run(*replies):
        for reply in replies:
            httpserver.expect_ordered_request("/oai").respond_with_response(reply)
        got = harvest(change(live, attempts=1))
        for fetched in got:
            raw.store(live.home, fetched.item)
        asked = [request.args.get("resumptionToken") for request, _ in httpserver.log]
        httpserver.clear()
        return asked, [fetched.item.page for fetched in got if fetched.answer], got[-1].error

    first, second, third = (
        Reply(oai(record(f"2601.0000{n}"), token=token)) for n, token in enumerate(("a", "b", None))
    )
    assert run(first, Reply("down", 503)) == ([None, "a"], [0], "http_503: status 503: 'down'")
    assert run(second, Reply("down", 503))[:2] == (["a", "b"], [1])
    assert run(Reply(oai_error("badResumptionToken")), first, second, third) == (
        ["b", None, "a", "b"],
        [0, 1, 2],
        None,
    )
    assert run(first, second, third)[0] == [None, "a", "b"]  # a whole one begins anew


def test_a_token_that_comes_twice_ends_the_harvest(live, httpserver):
    page = oai(record("2601.00001"), token="again")
    httpserver.expect_request("/oai").respond_with_data(page)
    got = harvest(live)
    assert len(httpserver.log) == 2
    assert got[-1].error == "resumption token 'again' came twice"


def test_a_harvest_ends_at_the_page_limit_and_says_so(live, httpserver):
    numbers = iter(range(9))
    httpserver.expect_request("/oai").respond_with_handler(
        lambda _: Reply(oai(record("2601.00001"), token=f"t{next(numbers)}"))
    )
    got = harvest(change(live, arxiv_oai_max_pages=3))
    assert len(httpserver.log) == 3
    assert "more than 3 pages (arxiv_oai_max_pages)" in got[-1].error


def test_a_tree_of_files_is_dated_by_what_the_server_wrote(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.xml").write_bytes(atom(entry("2601.00001")))
    (tmp_path / "o.xml").write_bytes(oai(record("2601.00002")))
    got = list(read_replay(str(tmp_path)))
    assert [(f.item.source, f.item.listing_date, f.item.fetched_at.hour) for f in got] == [
        ("arxiv_api", date(2026, 1, 10), 5),
        ("arxiv_oai", date(2026, 1, 11), 3),
    ]
    assert all(f.item.is_time_assumed for f in got)
    assert [f.answer.unknown_ids for f in got] == [[], []]


def test_an_archive_replays_with_the_ids_that_were_asked_for(live, httpserver, tmp_path):
    expect(httpserver, atom(entry("2601.00001")), atom())
    fetched = ask(live, "2601.00001", "2601.00002")
    for item, *_ in fetched:
        meta = json.loads(raw.store(tmp_path, item).read_text())
        assert meta["ids"] == list(item.ids)
    got = list(read_replay(str(tmp_path / "raw")))
    assert [f.answer for f in got] == [f.answer for f in fetched]
    assert got[0].answer.unknown_ids == ["2601.00002"]


def test_a_replay_that_is_none_says_why(tmp_path):
    with pytest.raises(InvalidInputError, match="does not exist"):
        list(read_replay(str(tmp_path / "no")))
    page = tmp_path / "page.xml"
    page.write_bytes(b"<html/>")
    with pytest.raises(InvalidInputError, match=r"page.xml: expected <feed>, got <html>"):
        list(read_replay(str(tmp_path)))
    undated = ATOM_HEAD.replace("<updated>2026-01-10T00:00:00-05:00</updated>", "")
    page.write_bytes(f"{undated}</feed>".encode())
    with pytest.raises(InvalidInputError, match="does not say when it was written"):
        list(read_replay(str(tmp_path)))
    page.unlink()
    page.mkdir()
    with pytest.raises(CorruptFileError, match=r"page\.xml cannot be read"):
        list(read_replay(str(tmp_path)))
