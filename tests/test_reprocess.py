"""raw/ to lake again: the same bytes, or a difference that is shown."""

import shutil
from datetime import UTC, date, datetime

import pytest
from daily_papers import ingest, reprocess
from daily_papers.errors import CorruptFileError, DaysFailedError
from daily_papers.lake import papers, raw, version
from daily_papers.quality.reasons import RowRejectedError
from daily_papers.settings import SAMPLE_DIR
from daily_papers.sources import open_source

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 9)


@pytest.fixture
def landed(options):
    source = open_source(f"replay:{SAMPLE_DIR}", options)
    list(ingest.ingest_days(source.days(FIRST, LAST), options, source))
    return options


def rebuild(options, *, dry_run=False):
    days = reprocess.stored_days(FIRST, LAST, options)
    return {c.listing_date: c for c in reprocess.reprocess_days(days, options, dry_run=dry_run)}


def hold_back(monkeypatch, is_bad):
    """Add a row rule."""

    def check(row, *_):
        if is_bad(row):
            raise RowRejectedError("title_empty", "a rule of this test")

    monkeypatch.setattr("daily_papers.attempts.check_row", check)


def test_without_a_new_rule_nothing_changes_not_even_a_byte(landed, lake_files):
    before = lake_files(landed.home)
    changes = rebuild(landed)
    assert len(changes) == 5
    assert all(change.is_empty for change in changes.values())
    assert lake_files(landed.home) == before


def test_a_lake_that_was_lost_comes_back_from_raw_alone(landed, lake_files):
    before = lake_files(landed.home)
    for path in (landed.home / "lake").rglob("*.parquet"):
        path.unlink()
    rebuild(landed)
    assert lake_files(landed.home) == before


def test_a_damaged_partition_is_rebuilt(landed, lake_files):
    before = lake_files(landed.home)
    papers.partition_path(landed.home, LAST).write_bytes(b"PAR1")
    assert len(rebuild(landed)[LAST].added) == 13
    assert lake_files(landed.home) == before


def test_a_dry_run_shows_the_rows_and_leaves_the_lake(landed, lake_files, monkeypatch):
    before = lake_files(landed.home)
    victim = papers.read_day(landed.home, LAST)["paper_id"][0].as_py()
    hold_back(monkeypatch, lambda row: row["paper_id"] == victim)
    change = rebuild(landed, dry_run=True)[LAST]
    assert (change.removed, len(change.held)) == ([victim], 1)
    assert lake_files(landed.home) == before
    assert [p.name for p in landed.home.iterdir() if p.name.startswith(".")] == []


def test_a_changed_parser_shows_each_row_and_column_with_old_and_new(landed, monkeypatch):
    parse_entry = ingest.judge_attempts.__globals__["parse_entry"]
    monkeypatch.setattr(
        "daily_papers.attempts.parse_entry", lambda e: parse_entry(e) | {"github_stars": 7}
    )
    change = rebuild(landed)[LAST]
    assert len(change.changed) == 13
    assert {name for columns in change.changed.values() for name in columns} == {"github_stars"}
    assert {columns["github_stars"][1] for columns in change.changed.values()} == {7}


def test_a_rule_that_holds_all_back_and_is_mended_brings_the_same_lake_again(
    landed, lake_files, monkeypatch
):
    before = lake_files(landed.home, "papers", "observations")
    with monkeypatch.context() as patch:
        hold_back(patch, lambda row: True)
        rebuild(landed)
        assert lake_files(landed.home, "papers", "observations") == {}
    assert len(rebuild(landed)[LAST].released) == 13
    assert lake_files(landed.home, "papers", "observations") == before


def test_a_partition_whose_responses_are_gone_is_never_rewritten(landed, respond, lake_files):
    for path in (landed.home / "raw").rglob("*2026-01-07/*"):
        path.unlink()
    before = lake_files(landed.home)
    day = date(2026, 1, 7)
    at = datetime(2026, 1, 9, 6, tzinfo=UTC)
    raw.store(landed.home, respond(b"1", listing_date=day, fetched_at=at))
    with pytest.raises(CorruptFileError, match=r"raw/ does not have.*restore raw/ from a backup"):
        ingest.land_day(day, landed)
    kept = lake_files(landed.home, "papers", "observations")
    assert kept == {name: data for name, data in before.items() if name in kept}
    assert len(kept) == len(lake_files(landed.home, "papers", "observations"))


def test_a_day_that_raw_lost_stays_is_named_and_the_others_are_rebuilt(landed, lake_files):
    before = lake_files(landed.home)
    shutil.rmtree(landed.home / "raw" / "huggingface" / "2026-01-07")
    papers.partition_path(landed.home, LAST).unlink()
    (landed.home / "lake" / "VERSION").write_text("1\n")
    with pytest.raises(DaysFailedError, match="1 days stay as they are, 2026-01-07: the lake has"):
        reprocess.reprocess_range(FIRST, LAST, landed)
    assert lake_files(landed.home) == before
    assert version.read(landed.home) == 1
