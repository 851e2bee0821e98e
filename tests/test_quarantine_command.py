"""`daily-papers quarantine`: what is held back, why, and what today's rules let go."""

import json
from datetime import UTC, date, datetime

import pyarrow.parquet as pq
import pytest
from daily_papers import ingest, terminal
from daily_papers.commands import quarantine
from daily_papers.errors import InvalidInputError
from daily_papers.lake import papers, raw
from daily_papers.lake import quarantine as lake_quarantine
from daily_papers.lake.files import write_parquet
from daily_papers.quality.rules import check_row
from daily_papers.settings import SAMPLE_DIR
from daily_papers.warehouse import build, query
from typer.testing import CliRunner

DAY = date(2026, 1, 6)


@pytest.fixture
def held(options, respond, monkeypatch):
    """A day with two rows in quarantine: entry 0 has no title, entry 1 upvotes below zero."""
    entries = json.loads((SAMPLE_DIR / f"{DAY}.next_day.json").read_text(encoding="utf-8"))
    entries[0]["paper"]["title"] = ""
    entries[1]["paper"]["upvotes"] = -5
    at = datetime(2026, 1, 7, 2, tzinfo=UTC)
    raw.store(options.home, respond(entries, listing_date=DAY, fetched_at=at))
    ingest.land_day(DAY, options)
    monkeypatch.setenv("DAILY_PAPERS_HOME", str(options.home))
    monkeypatch.setattr(terminal.out, "width", 220)
    return options, [entry["paper"]["id"] for entry in entries[:2]]


def run(*arguments):
    result = CliRunner().invoke(quarantine.app, arguments)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def loosen(monkeypatch):
    def check(row, day, observed_at):
        check_row(row | {"upvotes": max(row["upvotes"], 0)}, day, observed_at)
        row["upvotes"] = max(row["upvotes"], 0)

    monkeypatch.setattr("daily_papers.attempts.check_row", check)
    monkeypatch.setattr("daily_papers.quality.rules.RULES_VERSION", "78")


def test_list_shows_each_row_with_its_reason(held):
    _, ids = held
    out = run("list")
    assert "title_empty" in out
    assert "upvotes is -5" in out
    assert "2 rows: title_empty 1, count_negative 1" in out
    rows = json.loads(run("list", "--json"))
    assert [(row["paper_id"], row["reason_code"]) for row in rows] == [
        (ids[0], "title_empty"),
        (ids[1], "count_negative"),
    ]


def test_list_narrows_by_reason_and_days(held):
    assert len(json.loads(run("list", "--reason", "count_negative", "--json"))) == 1
    assert len(json.loads(run("list", "--from", "2026-01-06", "--to", "2026-01-06", "--json"))) == 2
    assert json.loads(run("list", "--from", "2026-01-07", "--json")) == []
    assert "0 rows" in run("list", "--to", "2026-01-05")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list", "--reason", "bad"], "--reason 'bad' is no reason; known: not_an_object, "),
        (["list", "--from", "06.01.2026"], "--from '06.01.2026' is no day"),
        (["list", "--from", "2026-01-07", "--to", "2026-01-06"], "is after --to 2026-01-06"),
        (["show", "12"], "'12' is no key: expected <sha256>:<entry>"),
        (["show", "0123456789ab:²"], "'0123456789ab:²' is no key"),
        (["release", "--date", "foo"], "--date 'foo' is no day"),
        (["show", "000000:1"], "no row '000000:1' in quarantine"),
        (["release", "--date", "2026-01-06", "--to", "2026-01-07"], "give either --date D"),
    ],
)
def test_a_mistake_is_told_with_what_was_expected(arguments, message, held):
    with pytest.raises(InvalidInputError) as caught:
        run(*arguments)
    assert message in str(caught.value)


def test_show_has_the_entry_the_rule_and_the_bytes(held):
    _, ids = held
    rows = json.loads(run("list", "--json"))
    key = rows[1]["key"]
    (shown,) = json.loads(run("show", key, "--json"))
    assert shown["row"]["paper"]["id"] == ids[1]
    sha256, _, number = key.partition(":")
    out = run("show", f"{sha256[:12]}:{number}")
    assert "upvotes, comments or stars are below zero" in out
    assert sha256 in out
    assert '"upvotes": -5' in out


def test_an_entry_that_is_no_valid_json_or_unicode_is_shown_as_valid_json(held, respond):
    options, _ = held
    day = date(2026, 1, 7)
    entry = b'{"paper": {"a": NaN, "b": -Infinity, "c": 1e999, "d": 1.5, "e": "\\ud83e"}}'
    at = datetime(2026, 1, 8, 2, tzinfo=UTC)
    raw.store(options.home, respond(b"[%b]" % entry, listing_date=day, fetched_at=at))
    ingest.land_day(day, options)
    (row,) = json.loads(run("list", "--from", "2026-01-07", "--json"))

    def refuse(text):
        raise AssertionError(text)

    (shown,) = json.loads(run("show", row["key"], "--json"), parse_constant=refuse)
    assert shown["row"]["paper"] == {
        "a": "NaN",
        "b": "-Infinity",
        "c": "Infinity",
        "d": 1.5,
        "e": "\ud83e",
    }
    assert '"a": "NaN"' in run("show", row["key"])


def test_release_lets_go_what_todays_rules_pass_and_keeps_the_rest(held, monkeypatch, lake_files):
    options, ids = held
    before = lake_files(options.home)
    assert "0 rows released, 2 still held" in run("release")
    assert lake_files(options.home) == before
    loosen(monkeypatch)
    assert "1 rows would be released, 1 still held" in run("release", "--dry-run")
    assert lake_files(options.home) == before
    done = json.loads(run("release", "--date", "2026-01-06", "--json"))
    (day,) = done["days"]
    assert [row["paper_id"] for row in day["released"]] == [ids[1]]
    assert len(day["still_held"]) == 1
    assert ids[1] in papers.read_day(options.home, DAY)["paper_id"].to_pylist()
    (row,) = [row for row in json.loads(run("list", "--all", "--json")) if row["released_at"]]
    assert (row["paper_id"], row["released_by_rule_version"]) == (ids[1], "78")
    assert "by rules 78" in run("list", "--all")
    assert "1 rows: title_empty 1" in run("list")
    assert "0 days judged again" in run("release", "--from", "2026-01-07")


def test_a_row_that_is_held_again_is_released_again_by_the_later_version(held, monkeypatch):
    options, ids = held
    with monkeypatch.context() as patch:
        loosen(patch)
        run("release")
    ingest.land_day(DAY, options)
    ingest.land_day(DAY, options)  # once more: nothing is counted twice
    assert "2 rows" in run("list")
    (again,) = [row for row in json.loads(run("list", "--json")) if row["paper_id"] == ids[1]]
    assert [
        (release["rule_version"], release["reason_code"]) for release in again["earlier_releases"]
    ] == [("78", "count_negative")]
    loosen(monkeypatch)
    monkeypatch.setattr("daily_papers.quality.rules.RULES_VERSION", "79")
    run("release")
    rows = json.loads(run("list", "--all", "--json"))
    assert {row["paper_id"]: row["released_by_rule_version"] for row in rows} == {
        ids[0]: None,
        ids[1]: "79",
    }
    (row,) = [row for row in rows if row["paper_id"] == ids[1]]
    assert [release["rule_version"] for release in row["earlier_releases"]] == ["78"]


def test_a_file_of_before_earlier_releases_were_kept_is_read(held):
    options, ids = held
    path = lake_quarantine.day_path(options.home, DAY)
    old = pq.read_table(path, partitioning=None).drop_columns(["earlier_releases"])
    write_parquet(path, old)
    rows = json.loads(run("list", "--json"))
    assert {row["paper_id"]: row["earlier_releases"] for row in rows} == dict.fromkeys(ids)
    ingest.land_day(DAY, options)
    assert len(json.loads(run("list", "--json"))) == 2
    build.build(options)
    counts = query.run_query(options, "select count(*) as n from ops.quarantine").to_pylist()
    assert counts == [{"n": 2}]
