"""What is due for arXiv, and a run from a loopback server to the lake and the terminal."""

import json
import sys
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
import time_machine
from arxiv_answers import atom, deleted, entry, oai, record
from daily_papers import cli, enrich, schema
from daily_papers import settings as settings_module
from daily_papers.commands.enrich import enrich_command
from daily_papers.enrich import DueId, find_due
from daily_papers.errors import BusyError, InvalidInputError, SourceError
from daily_papers.ingest import land_day
from daily_papers.lake import arxiv, papers, raw
from daily_papers.lake.files import lock, read_parquet, write_parquet
from daily_papers.settings import SAMPLE_DIR
from daily_papers.sources.response import Response
from werkzeug import Response as Reply

TODAY = date(2026, 1, 20)


def change(settings, **changes):
    return settings_module.load(**settings.model_dump() | changes)


@pytest.fixture
def live(options, httpserver):
    url = httpserver.url_for("").rstrip("/")
    return change(
        options,
        source="live",
        arxiv_api_url=url,
        arxiv_oai_url=url,
        arxiv_request_interval_s=0,
        arxiv_backoff_initial_s=0,
        arxiv_batch_size=2,
    )


@pytest.fixture
def list_papers(options, respond, sample_entry):
    """Put papers on the list of a day, through the real landing."""

    def put(day: date, *paper_ids: str) -> None:
        entries = []
        for paper_id in paper_ids:
            item = json.loads(json.dumps(sample_entry))
            item["paper"] |= {
                "id": paper_id,
                "submittedOnDailyAt": f"{day}T01:00:00.000Z",
                "publishedAt": "2026-01-01T00:00:00.000Z",
            }
            entries.append(item)
        seen_at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC) + timedelta(days=1)
        raw.store(options.home, respond(entries, listing_date=day, fetched_at=seen_at))
        landed = land_day(day, options)
        assert landed.paper_count == len(paper_ids), landed

    return put


@pytest.fixture
def seen(options):
    """Store and land an answer of arXiv as fetched some days before today."""

    def put(days_ago: int, body: bytes, *ids: str) -> None:
        at = datetime(2026, 1, 20, 12, tzinfo=UTC) - timedelta(days=days_ago)
        values = {"page": 0, "page_size": None, "url": "", "status": 200, "attempt_at": at}
        response = Response(
            source="arxiv_api",
            listing_date=at.date(),
            fetched_at=at,
            body=body,
            ids=ids,
            **values,
        )
        raw.store(options.home, response)
        arxiv.land_day(at.date(), options)

    return put


def test_new_papers_are_due_the_newest_list_first(options, list_papers):
    list_papers(date(2026, 1, 6), "2601.00003", "2601.00001")
    list_papers(date(2026, 1, 7), "2601.00002", "2601.00001")
    assert find_due(options, TODAY) == [
        DueId("2601.00001", "new"),
        DueId("2601.00002", "new"),
        DueId("2601.00003", "new"),
    ]


def test_a_paper_known_by_its_title_alone_is_not_asked_for(options, list_papers):
    list_papers(date(2026, 1, 6), "2601.00001")
    path = papers.partition_path(options.home, date(2026, 1, 6))
    (row,) = papers.read_day(options.home, date(2026, 1, 6)).to_pylist()
    rows = [row, row | {"paper_id": "title:0123456789abcdef"}]
    write_parquet(path, pa.Table.from_pylist(rows, schema.PAPERS))
    assert [item.paper_id for item in find_due(options, TODAY)] == ["2601.00001"]


@pytest.mark.parametrize(
    ("published", "days_ago", "reason"),
    [
        ("2026-01-01T00:00:00Z", 29, None),
        ("2026-01-01T00:00:00Z", 30, "refresh"),
        ("2025-01-01T00:00:00Z", 30, None),
        ("2025-01-01T00:00:00Z", 364, None),
        ("2025-01-01T00:00:00Z", 365, "refresh"),
    ],
)
def test_young_papers_are_read_again_monthly_and_old_ones_yearly(
    options, list_papers, seen, published, days_ago, reason
):
    list_papers(date(2026, 1, 6), "2601.00001")
    seen(days_ago, atom(entry("2601.00001", published=published)), "2601.00001")
    expected = [DueId("2601.00001", reason)] if reason else []
    assert find_due(options, TODAY) == expected


@pytest.mark.parametrize(
    ("lacking_days_ago", "is_due"),
    [
        ((0,), False),
        ((1,), True),
        ((2, 1), False),
        ((40, 29), False),
        ((40, 30), True),
        ((90, 89, 59), False),
        ((91, 90, 60), True),
        ((211, 210, 180, 119), False),
        ((211, 210, 180, 120), True),
    ],
)
def test_an_unknown_id_is_tried_on_a_second_day_and_then_ever_more_seldom(
    options, list_papers, seen, lacking_days_ago, is_due
):
    list_papers(date(2026, 1, 6), "2601.00001")
    for days_ago in lacking_days_ago:
        seen(days_ago, atom(), "2601.00001")
    assert [item.reason for item in find_due(options, TODAY)] == ["unknown"] * is_due


def test_known_later_is_known_and_lacking_later_keeps_what_was_known(options, list_papers, seen):
    list_papers(date(2026, 1, 6), "2601.00001", "2601.00002")
    seen(9, atom(entry("2601.00002")), "2601.00001", "2601.00002")
    seen(8, atom(entry("2601.00001")), "2601.00001", "2601.00002")
    assert find_due(options, TODAY) == [DueId("2601.00002", "unknown")]
    both = [arxiv.read_day(options.home, day).to_pylist() for day in arxiv.days(options.home)]
    assert sum(row["is_known"] for rows in both for row in rows) == 2


def test_new_comes_before_unknown_before_refresh(options, list_papers, seen):
    list_papers(date(2026, 1, 6), "2601.00001", "2601.00002", "2601.00003", "2601.00004")
    seen(35, atom(entry("2601.00001")), "2601.00001")
    seen(36, atom(entry("2601.00002")), "2601.00002")
    seen(1, atom(), "2601.00003")
    due = [(item.paper_id[-1], item.reason) for item in find_due(options, TODAY)]
    assert due == [("4", "new"), ("3", "unknown"), ("2", "refresh"), ("1", "refresh")]


def serve(httpserver, known=(), **facts):
    """Answer like the API: the known ones of the ids asked for."""

    def answer(request):
        asked = request.args["id_list"].split(",")
        return Reply(atom(*(entry(name, **facts) for name in asked if name in known)))

    httpserver.expect_request("/api/query").respond_with_handler(answer)


def test_a_run_lands_what_is_known_and_notes_what_is_not(live, list_papers, httpserver):
    list_papers(date(2026, 1, 6), "2601.00001", "2601.00002", "2601.00003")
    serve(httpserver, known=["2601.00001", "2601.00003"], doi="10.1/x")
    progress = []
    report = enrich.enrich(live, on_progress=lambda done, due: progress.append((done, due)))
    assert (report.due, report.asked, report.known) == (3, 3, 2)
    assert report.unknown_ids == ["2601.00002"]
    assert (report.responses, report.requests, report.retries) == (3, 3, 0)
    assert progress[-1] == (3, 3)
    (day,) = report.fetch_days
    rows = arxiv.read_day(live.home, day).to_pylist()
    assert [(r["paper_id"], r["doi"]) for r in rows] == [
        ("2601.00001", "10.1/x"),
        ("2601.00002", None),
        ("2601.00003", "10.1/x"),
    ]
    again = enrich.enrich(live)
    assert (again.due, again.responses) == (0, 0)
    assert len(httpserver.log) == 3


def test_the_next_day_asks_only_for_the_unknown_one_and_then_rests(live, list_papers, httpserver):
    list_papers(date(2026, 1, 6), "2601.00001", "2601.00002")
    serve(httpserver, known=["2601.00001"])
    asked = []
    for day in range(20, 25):
        with time_machine.travel(datetime(2026, 1, day, 6, tzinfo=UTC)):
            asked.append([item.paper_id for item in find_due(live)])
            enrich.enrich(live)
    assert asked == [["2601.00001", "2601.00002"], ["2601.00002"], [], [], []]


def test_a_limit_leaves_the_rest_due(live, list_papers, httpserver):
    list_papers(date(2026, 1, 6), "2601.00001", "2601.00002", "2601.00003")
    serve(httpserver, known=["2601.00001", "2601.00002", "2601.00003"])
    assert enrich.enrich(live, limit=1).asked == 1
    assert [item.paper_id for item in find_due(live)] == ["2601.00002", "2601.00003"]


def test_a_run_ends_with_its_budget_of_requests_and_what_it_cost_is_in_the_lake(
    live, list_papers, httpserver
):
    list_papers(date(2026, 1, 6), *(f"2601.0000{n}" for n in range(1, 6)))
    serve(httpserver, known=[f"2601.0000{n}" for n in range(1, 6)])
    report = enrich.enrich(live, max_requests=2)
    assert (report.due, report.known, report.requests) == (5, 4, 2)
    httpserver.clear()
    httpserver.expect_request("/api/query").respond_with_data("busy", 503)
    with pytest.raises(SourceError):
        enrich.enrich(live, max_requests=3)
    assert len(httpserver.log) == 3  # a fourth try would be one too many
    (day,) = report.fetch_days
    rows = read_parquet(arxiv.requests_path(live.home, day), schema.ARXIV_REQUESTS).to_pylist()
    assert [(row["status"], row["requests"], row["retries"]) for row in rows] == [
        (200, 1, 0),
        (200, 1, 0),
        (503, 3, 2),
    ]


def test_a_failure_keeps_what_came_before_and_the_rest_due(live, list_papers, httpserver):
    list_papers(date(2026, 1, 6), "2601.00001", "2601.00002", "2601.00003")
    good = atom(entry("2601.00001"), entry("2601.00002"))
    httpserver.expect_oneshot_request("/api/query").respond_with_data(good)
    httpserver.expect_request("/api/query").respond_with_data("down", 503)
    with pytest.raises(SourceError, match=r"http_503.*metadata of 2 papers came before"):
        enrich.enrich(live)
    assert [item.paper_id for item in find_due(live)] == ["2601.00003"]
    (day,) = raw.source_days(live.home / "raw", "arxiv_api")
    stored = raw.read_source(live.home / "raw", "arxiv_api", day)
    assert [r.status for r in stored] == [200, 503]


def test_one_process_at_a_time_asks_arxiv(live):
    impatient = change(live, lock_timeout_s=0)
    with (
        lock(live.home / "locks" / "arxiv.lock", 1),
        pytest.raises(BusyError, match="held arxiv"),
    ):
        enrich.enrich(impatient)


def test_a_replay_of_files_lands_without_a_request(options, list_papers, tmp_path):
    list_papers(date(2026, 1, 6), "2601.00001", "2601.00002")
    (tmp_path / "xml").mkdir()
    (tmp_path / "xml" / "a.xml").write_bytes(atom(entry("2601.00001", 2)))
    report = enrich.enrich(options, replay=str(tmp_path / "xml"))
    assert (report.known, report.requests, report.fetch_days) == (1, 0, [date(2026, 1, 10)])
    assert [item.paper_id for item in find_due(options, TODAY)] == ["2601.00002"]


def test_a_replayed_archive_gives_the_same_lake(
    live, list_papers, httpserver, tmp_path, lake_files
):
    list_papers(date(2026, 1, 6), "2601.00001", "2601.00002")
    serve(httpserver, known=["2601.00002"])
    enrich.enrich(live)
    httpserver.clear()
    other = change(live, home=tmp_path / "other", source=f"replay:{live.home / 'raw'}")
    assert enrich.enrich(other).known == 1
    assert lake_files(other.home, "arxiv") == lake_files(live.home, "arxiv")
    assert httpserver.log == []


def test_when_lists_are_replayed_arxiv_is_not_asked(options):
    report = enrich.enrich(change(options, arxiv_api_url="http://127.0.0.1:9"))
    assert report.note == f"replay:{SAMPLE_DIR} has no arXiv responses; none asked for"
    assert not (options.home / "raw").exists()
    with pytest.raises(InvalidInputError, match="a harvest needs 'live'"):
        enrich.harvest(TODAY, TODAY, options)


def test_a_harvest_lands_every_record_that_changed(live, httpserver):
    dates = ("Fri, 02 Jan 2026 10:00:00 GMT", "Sat, 03 Jan 2026 10:00:00 GMT")
    page = oai(record("2601.00001", *dates), deleted("2601.00009"))
    httpserver.expect_request("/oai").respond_with_data(page)
    report = enrich.harvest(date(2026, 1, 10), date(2026, 1, 11), live)
    assert (report.known, report.unknown_ids) == (1, ["2601.00009"])
    rows = arxiv.read_day(live.home, report.fetch_days[0]).to_pylist()
    assert [(r["version"], r["updated_at"]) for r in rows] == [
        (1, datetime(2026, 1, 2, 10)),  # noqa: DTZ001 (as stored: UTC without zone)
        (2, datetime(2026, 1, 3, 10)),  # noqa: DTZ001
        (None, None),
    ]
    with pytest.raises(InvalidInputError, match="is after --to"):
        enrich.harvest(date(2026, 1, 11), date(2026, 1, 10), live)


@pytest.fixture
def run(live, monkeypatch, capsys):
    """Run the command as the shell would; return exit code, output and errors."""
    names = ("home", "arxiv_api_url", "arxiv_request_interval_s", "arxiv_batch_size", "attempts")
    for name in names:
        monkeypatch.setenv(f"DAILY_PAPERS_{name.upper()}", str(getattr(live, name)))
    monkeypatch.setenv("COLUMNS", "200")
    if "enrich" not in {command.name for command in cli.app.registered_commands}:
        cli.app.command("enrich")(enrich_command)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["daily-papers", "enrich", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code or 0
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_the_command_says_what_came(run, list_papers, httpserver):
    list_papers(date(2026, 1, 6), "2601.00001", "2601.00002", "2601.00003")
    serve(httpserver, known=["2601.00001", "2601.00002"])
    code, out, _ = run("--dry-run")
    assert (code, "3 papers are due (3 new); 3 would be asked for in 2 requests" in out) == (
        0,
        True,
    )
    assert httpserver.log == []
    assert json.loads(run("--dry-run", "--json", "--limit", "1")[1]) == {
        "due": {"new": 3},
        "ids": ["2601.00001"],
        "requests": 1,
        "seconds": 0,
    }
    code, out, _ = run()
    assert (code, "3 papers were due; 2 known to arXiv, 1 not; 3 responses" in out) == (0, True)
    assert "not known: 2601.00003" in out
    code, out, _ = run("--json")
    assert (code, json.loads(out)["due"]) == (0, 0)


def test_a_damaged_partition_is_made_again_as_the_error_says(run, live, list_papers, httpserver):
    list_papers(date(2026, 1, 6), "2601.00001")
    serve(httpserver, known=["2601.00001"])
    run()
    (day,) = arxiv.days(live.home)
    path = arxiv.partition_path(live.home, day)
    good = path.read_bytes()
    path.write_bytes(good[:-9])
    code, _, err = run("--dry-run")
    remedy = f"move it away and run `daily-papers enrich --source replay:{live.home / 'raw'}`"
    assert (code, remedy in err, "Traceback" in err) == (1, True, False)
    path.unlink()
    code, _, _ = run("--source", f"replay:{live.home / 'raw'}")
    assert (code, path.read_bytes() == good) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "2026-01-10"], "give both --from and --to"),
        (["--set", "cs"], "give both --from and --to"),
        (["--from", "x", "--to", "2026-01-10"], "--from 'x' is no day"),
        (["--source", "ftp"], "unknown source 'ftp'"),
        (["--source", "replay:"], "unknown source 'replay:'"),
        (["--source", "replay:/no"], "/no does not exist"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_2(run, arguments, message):
    code, _, err = run(*arguments)
    assert (code, message in err, "Traceback" in err) == (2, True, False)


def test_arxiv_down_is_one_line_and_exit_code_1(run, list_papers, httpserver, monkeypatch):
    monkeypatch.setenv("DAILY_PAPERS_ATTEMPTS", "1")
    list_papers(date(2026, 1, 6), "2601.00001")
    httpserver.expect_request("/api/query").respond_with_data("down", 503)
    code, _, err = run()
    assert (code, "SourceError: arXiv: http_503" in err, "Traceback" in err) == (1, True, False)
