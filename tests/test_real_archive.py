"""Every real response at hand, end to end, cross-checked with a few lines of pandas."""

import hashlib
import json
import random
import shutil
from datetime import date

import pandas as pd
import pytest
import zstandard
from daily_papers import ingest
from daily_papers import settings as settings_module
from daily_papers.lake import ledger, raw
from daily_papers.sources import open_source
from daily_papers.warehouse import build, query, snapshots, state
from daily_papers.warehouse.audit import Audit
from tests_shared import SHARED

pytestmark = [
    pytest.mark.skipif(not SHARED.is_dir(), reason="no real archive (expected ../shared/data)"),
    pytest.mark.xdist_group("real_archive"),
]
FIRST, LAST = date(2024, 5, 27), date(2026, 5, 31)


@pytest.fixture(scope="module")
def index() -> pd.DataFrame:
    """The archive's own index; sha256 names a response."""
    return pd.read_csv(SHARED / "hf_api" / "index.csv", dtype=str)


@pytest.fixture(scope="module")
def entries(index) -> pd.DataFrame:
    """Every entry of every real response, read without our code."""
    rows = []
    for file in index[index.folder != "broken"].itertuples():
        body = (SHARED / "hf_api" / file.folder / file.file).read_bytes()
        for entry in json.loads(zstandard.decompress(body)):
            paper = entry["paper"]
            names = [" ".join(author["name"].split()) for author in paper["authors"]]
            rows.append((file.sha256, file.listing_date, file.fetched_at, paper["id"], names))
    return pd.DataFrame(rows, columns=["sha256", "day", "fetched_at", "paper_id", "names"])


@pytest.fixture(scope="module")
def landed(tmp_path_factory):
    """The archive after ingest and build."""
    options = settings_module.load(home=tmp_path_factory.mktemp("real"))
    source = open_source(f"replay:{SHARED / 'hf_api'}", options)
    days = list(ingest.ingest_days(source.days(FIRST, LAST), options, source))
    ingest.judge_days([day.listing_date for day in days], options)
    build.build(options)
    return options, days


def ask(landed, sql):
    return query.run_query(landed[0], sql).to_pylist()


def test_rows_in_are_landed_or_quarantined_or_duplicates_for_each_response(landed, index, entries):
    by_sha = {
        response.sha256: attempt
        for day in landed[1]
        for attempt in day.attempts
        for response in attempt.responses
    }
    read = entries.groupby("sha256").size()
    for file in index[index.folder != "broken"].itertuples():
        row = by_sha[file.sha256].ledger_row()
        assert row["rows_in"] == read.get(file.sha256, 0) == int(file.entries)
        assert row["rows_in"] == (
            row["rows_landed"] + row["rows_quarantined"] + row["rows_duplicate"]
        )
    attempts = [attempt for day in landed[1] for attempt in day.attempts]
    assert len(attempts) == len(index)
    assert sum(attempt.rows_in for attempt in attempts) > len(entries)


def test_every_response_is_in_the_raw_archive_byte_for_byte(landed, index):
    home = landed[0].home
    stored = {
        r.sha256 for day in raw.stored_days(home / "raw") for r in raw.read_day(home / "raw", day)
    }
    assert stored == set(index.sha256)


def test_broken_responses_are_failed_attempts_and_never_an_empty_day(landed, index):
    broken = index[index.folder == "broken"]
    by_sha = {
        (day.listing_date.isoformat(), response.sha256): attempt
        for day in landed[1]
        for attempt in day.attempts
        for response in attempt.responses
    }
    for file in broken.itertuples():
        attempt = by_sha[file.listing_date, file.sha256]
        assert attempt.state == "failed"
        assert attempt.reason in {"not_a_list", "no_usable_row"}
        assert len(attempt.held) == attempt.rows_in
    assert "empty" not in {day.state for day in landed[1]}


def test_papers_listings_and_authors_agree_with_plain_pandas(landed, entries):
    newest = entries.sort_values(["fetched_at", "sha256"]).drop_duplicates("paper_id", keep="last")
    names = newest.explode("names")
    (counts,) = ask(
        landed,
        """select
            (select count(*) from core.papers) as papers,
            (select count(*) from core.listings) as listings,
            (select count(*) from core.observations) as observations,
            (select count(*) from authors.authorships) as authorships,
            (select count(distinct name_as_printed) from authors.authorships) as printed_names""",
    )
    assert counts == {
        "papers": entries.paper_id.nunique(),
        "listings": len(entries.drop_duplicates(["day", "paper_id"])),
        "observations": len(entries.drop_duplicates(["sha256", "paper_id"])),
        "authorships": len(names),
        "printed_names": names.names.nunique(),
    }


def test_the_source_had_no_field_that_we_do_not_know(landed):
    assert ask(landed, "select * from ops.runs where len(new_fields) > 0") == []


def test_the_source_never_left_the_known_format_but_where_entries_are_no_objects(landed):
    texts = {text for row in ask(landed, "select drift from ops.runs") for text in row["drift"]}
    assert texts
    assert [text for text in sorted(texts) if not text.startswith("[] is string in ")] == []


# path -> listing day whose list shows the change first, as the archive has it
NEW = {
    "thumbnail": "2024-06-12",
    "mediaUrls": "2024-06-12",
    "submittedBy": "2024-06-13",
    "paper.authors[].user.id": "2024-07-24",
    "paper.discussionId": "2024-08-02",
    "paper.authors[].user._id": "2024-08-06",
    "submittedBy.followerCount": "2024-10-24",
    "submittedBy._id": "2024-12-03",
    "isAuthorParticipating": "2025-01-14",  # came 2024-12-19; no list from 12-11 to 01-13 here
    "paper.githubRepo": "2025-03-03",
    "paper.projectPage": "2025-03-03",
    "summary": "2025-03-10",
    "paper.ai_keywords": "2025-03-10",
    "paper.mediaUrls": "2025-03-14",
    "paper.submittedOnDailyAt": "2025-03-14",
    "paper.submittedOnDailyBy": "2025-03-14",
    "submittedBy.isHfAdmin": "2025-03-20",
    "paper.ai_summary": "2025-05-22",
    "paper.githubStars": "2025-06-24",
    "submitterOrganization": "2025-09-26",
    "organization": "2025-10-02",
    "paper.organization": "2025-10-02",
    "paper.githubRepoAddedBy": "2025-12-10",
    "submittedBy.isUserFollowing": "2026-01-06",
    "paper.submittedOnDailyBy.name": "2026-03-12",
    "paper.authors[].user.name": "2026-03-12",
}
VANISHED = {
    ("mediaUrl", "2024-06-12"),
    ("paper.authors[].user.id", "2024-08-06"),
    ("submittedBy", "2025-03-10"),  # for three lists
    ("mediaUrls", "2025-03-13"),  # for three lists
    ("submitterOrganization", "2025-10-02"),
}


def test_every_era_of_the_format_is_found_in_the_data_alone_and_hardly_anything_else(landed):
    drift = ask(landed, "select listing_date::text as day, path, kind from ops.payload_drift")
    assert {row["path"]: row["day"] for row in drift if row["kind"] == "new_field"} == NEW
    gone = {(row["path"], row["day"]) for row in drift if row["kind"] == "vanished_field"}
    assert gone >= VANISHED
    # the rest are outages of the generated texts
    others = [row for row in drift if (row["path"], row["day"]) not in {*NEW.items(), *VANISHED}]
    assert {row["path"] for row in others} == {"paper.ai_summary", "paper.ai_keywords"}
    assert len(others) <= 20
    assert "type_changed" not in {row["kind"] for row in drift}


@pytest.mark.parametrize("table", ["mentions", "claims", "sota_statements"])
def test_every_quote_stands_in_its_text_as_python_counts(landed, table):
    rows = ask(
        landed,
        f"""select field, start_offset, end_offset, quote, text_sha256, title, abstract
        from benchmarks.{table} inner join core.papers using (paper_id)""",
    )
    assert len(rows) > 1000
    for row in rows:
        text = row[row["field"]]
        assert text[row["start_offset"] : row["end_offset"]] == row["quote"] != ""
        assert hashlib.sha256(text.encode()).hexdigest() == row["text_sha256"]


def test_tags_of_the_text_stand_where_they_say(landed):
    rows = ask(
        landed,
        """select tags.field, start_offset, end_offset, quote, title, abstract
        from tags.paper_tags as tags inner join core.papers using (paper_id)
        where tags.source = 'taxonomy'""",
    )
    assert len(rows) > 10_000
    assert [
        row
        for row in rows
        if row[row["field"]][row["start_offset"] : row["end_offset"]] != row["quote"]
    ] == []


SERIES = ["benchmark", "split", "metric_id", "metric_unit"]


def test_records_are_those_that_a_walk_through_the_days_finds(landed):
    claims = ask(
        landed,
        """select * from benchmarks.claims inner join core.papers using (paper_id)
        where kind = 'absolute' and owner = 'own' and benchmark is not null
        order by first_listed_on, paper_id, claim_no""",
    )
    timeline = ask(landed, "select * from benchmarks.sota_timeline order by listing_date")
    series = {tuple(row[name] for name in SERIES) for row in timeline}
    best, days = {}, {}
    for row in claims:
        key = tuple(row[name] for name in SERIES)
        is_possible = row["metric_unit"] != "percent" or 0 <= row["score"] <= 100
        if key in series and is_possible:
            loss = row["score"] if row["lower_is_better"] else -row["score"]
            if loss < best.get(key, float("inf")):
                best[key] = loss
                days[key, row["first_listed_on"]] = (row["score"], row["paper_id"])
    assert len(timeline) > 100
    assert days == {
        (tuple(row[name] for name in SERIES), row["listing_date"]): (row["score"], row["paper_id"])
        for row in timeline
    }


@pytest.mark.parametrize("day", ["2024-06-30", "2025-03-31", "2026-03-31"])
def test_what_was_believed_then_is_the_timeline_up_to_that_day(landed, day):
    then = ask(landed, f"select * from benchmarks.sota_as_of(null, date '{day}')")
    last = {}
    query = "select * from benchmarks.sota_timeline order by listing_date"
    for row in ask(landed, query):
        if row["listing_date"] <= date.fromisoformat(day):
            last[tuple(row[name] for name in SERIES)] = (row["score"], row["listing_date"])
    assert {
        tuple(row[name] for name in SERIES): (row["score"], row["since"]) for row in then
    } == last


def test_coverage_in_sql_and_in_the_ledger_agree(landed):
    options, _ = landed
    rows = ask(landed, "select listing_date, state from ops.coverage where attempt_count > 0")
    assert {row["listing_date"]: row["state"] for row in rows} == {
        day: ledger.decide_state(ledger.read_day(options.home, day)).state
        for day in ledger.days(options.home)
    }


def _hash_marts(options):
    result = build.build(options, auditor=lambda *_: Audit())
    return {table.name: table.sha256 for table in result.tables}


@pytest.mark.slow
def test_all_real_days_on_one_thread_and_on_four_give_the_same_bytes(landed, tmp_path):
    """What costs minutes and knows no threads, extraction and clusters, is as it was kept."""
    kept = landed[0].home
    hashes = []
    for threads in (1, 4):
        options = settings_module.load(home=tmp_path / str(threads), duckdb_threads=threads)
        options.home.mkdir()
        (options.home / "lake").symlink_to(kept / "lake")
        shutil.copytree(
            kept / "cache", options.home / "cache", ignore=shutil.ignore_patterns("build")
        )
        hashes.append(_hash_marts(options))
    assert len(hashes[0]) > 20
    assert hashes[1] == hashes[0]
    published = snapshots.read_current(landed[0])
    assert {table.name: table.sha256 for table in published.tables} == hashes[0]


@pytest.mark.slow
def test_real_days_in_any_order_on_any_number_of_threads_give_the_same_bytes(tmp_path):
    """Forward and in one build, reversed, and shuffled with a build after each few days.

    Not authors.identity_events, which tell how ids changed from one build to the next.
    """
    hashes = []
    for name, threads, step in (("forward", 1, 12), ("reverse", 2, 12), ("shuffled", 4, 3)):
        options = settings_module.load(home=tmp_path / name, duckdb_threads=threads)
        source = open_source(f"replay:{SHARED / 'hf_api'}", options)
        days = sorted(source.days(FIRST, LAST))[-12:]
        if name == "reverse":
            days.reverse()
        elif name == "shuffled":
            random.Random(7).shuffle(days)
        for at in range(0, len(days), step):
            list(ingest.ingest_days(days[at : at + step], options, source))
            found = _hash_marts(options)
        del found["authors.identity_events"]
        hashes.append(found)
    assert len(hashes[0]) > 20
    assert hashes[1] == hashes[0]
    assert hashes[2] == hashes[0]


@pytest.mark.slow
def test_each_real_day_added_gives_the_bytes_of_a_full_build(tmp_path):
    options = settings_module.load(home=tmp_path / "daily")
    whole = settings_module.load(home=tmp_path / "whole")
    source = open_source(f"replay:{SHARED / 'hf_api'}", options)
    whole.home.mkdir()
    (whole.home / "lake").symlink_to(options.home / "lake")
    for day in sorted(source.days(FIRST, LAST))[-9:]:
        list(ingest.ingest_days([day], options, source))
        added = _hash_marts(options)
        state.remove(whole)
        assert _hash_marts(whole) == added, day
