"""From the source to the lake: whole, repeatable, in any order."""

import multiprocessing
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
import time_machine
from daily_papers import backfill, ingest, schema
from daily_papers import settings as settings_module
from daily_papers.errors import (
    CheckFailedError,
    DaysFailedError,
    InvalidInputError,
    SourceError,
    StorageError,
)
from daily_papers.lake import ledger, papers, quality_results, quarantine, raw, shapes
from daily_papers.lake.files import lock, read_parquet, write_parquet
from daily_papers.settings import SAMPLE_DIR
from daily_papers.sources import open_source
from daily_papers.warehouse import build
from fake_source import FakeSource
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 9)


def ingest_sample(options):
    source = open_source(f"replay:{SAMPLE_DIR}", options)
    return list(ingest.ingest_days(source.days(FIRST, LAST), options, source))


def test_the_sample_lands_whole_and_a_second_run_changes_nothing(lake_files, options):
    landed = ingest_sample(options)
    assert [(d.state, d.paper_count) for d in landed] == [("complete", n) for n in [14] + 4 * [13]]
    before = lake_files(options.home)
    ingest_sample(options)
    assert lake_files(options.home) == before


def test_upvotes_are_remembered_as_they_were_seen_and_the_newest_is_the_best_known(options):
    ingest_sample(options)
    table = papers.read_day(options.home, FIRST).to_pylist()
    seen_thrice = [row for row in table if row["observation_count"] == 3]
    assert seen_thrice
    for row in seen_thrice:
        history = sorted(
            (o["observed_at"], o["upvotes"])
            for path in (options.home / "lake" / "observations").rglob("*.parquet")
            for o in observations_of(path, row["paper_id"])
        )
        assert len(history) == 3
        assert history[-1] == (row["last_observed_at"], row["upvotes"])
    assert any(row["upvotes"] != 0 for row in seen_thrice)


def observations_of(path: Path, paper_id: str):
    rows = read_parquet(path, schema.OBSERVATIONS).to_pylist()
    return [row for row in rows if row["paper_id"] == paper_id]


def test_one_day_at_a_time_gives_the_same_bytes_as_the_range(lake_files, options, tmp_path):
    ingest_sample(options)
    other = settings_module.load(**options.model_dump() | {"home": tmp_path / "daily"})
    for number in range(5):
        day = FIRST + timedelta(days=number)
        assert ingest.fetch_day(day, other)
        ingest.land_day(day, other)
    assert lake_files(other.home) == lake_files(options.home)


def test_a_replay_of_our_own_raw_archive_gives_the_same_bytes(lake_files, options, tmp_path):
    ingest_sample(options)
    other = settings_module.load(**options.model_dump() | {"home": tmp_path / "again"})
    source = open_source(f"replay:{options.home / 'raw'}", other)
    list(ingest.ingest_days(source.days(FIRST, LAST), other, source))
    assert lake_files(other.home) == lake_files(options.home)


@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(8)), landings=st.lists(st.booleans(), min_size=8, max_size=8))
def test_any_order_of_the_same_fetches_gives_the_same_lake(
    lake_files, order, landings, options, tmp_path_factory
):
    source = open_source(f"replay:{SAMPLE_DIR}", options)
    items = [item for day in source.days(FIRST, LAST) for item in source.fetch_day(day)]
    homes = [tmp_path_factory.mktemp("ordered"), tmp_path_factory.mktemp("shuffled")]
    for home, numbers in zip(homes, (range(8), order), strict=True):
        here = settings_module.load(**options.model_dump() | {"home": home})
        for number, lands_now in zip(numbers, landings, strict=True):
            raw.store(home, items[number])
            if lands_now:  # landing early must leave no trace
                ingest.land_day(items[number].listing_date, here)
        for day in source.days(FIRST, LAST):
            ingest.land_day(day, here)
    assert lake_files(homes[0]) == lake_files(homes[1])


def _land_often(home: Path, seed: int) -> None:
    here = settings_module.load(home=home, source=f"replay:{SAMPLE_DIR}")
    days = [FIRST, FIRST + timedelta(days=1)] * 5
    random.Random(seed).shuffle(days)
    for day in days:
        ingest.fetch_day(day, here)
        ingest.land_day(day, here)


def test_two_processes_on_the_same_days_leave_the_lake_of_one(lake_files, options, tmp_path):
    _land_often(tmp_path / "alone", 0)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_land_often, args=(options.home, seed)) for seed in (1, 2, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert lake_files(options.home) == lake_files(tmp_path / "alone")


def test_a_failed_fetch_is_failed_in_the_ledger_and_takes_nothing_away(
    lake_files, options, respond
):
    ingest_sample(options)
    day = date(2026, 1, 6)
    before = lake_files(options.home, "papers", "observations")
    raw.store(options.home, respond(b"1", fetched_at=datetime(2026, 1, 8, 6, tzinfo=UTC)))
    landed = ingest.land_day(day, options)
    assert landed.state == "complete"
    assert [row["state"] for row in ledger.read_day(options.home, day)][-1] == "failed"
    assert lake_files(options.home, "papers", "observations") == before


def test_a_paper_that_drops_out_of_a_later_list_stays(options, respond):
    ingest_sample(options)
    day = date(2026, 1, 6)
    raw.store(options.home, respond([], fetched_at=datetime(2026, 1, 8, 6, tzinfo=UTC)))
    assert ingest.land_day(day, options).paper_count == 13


def test_an_older_fetch_that_arrives_late_never_replaces_a_newer_one(
    options, respond, sample_entry
):
    day = date(2026, 1, 6)
    for votes, hour in ((30, 9), (20, 7)):
        entry = sample_entry | {"paper": sample_entry["paper"] | {"upvotes": votes}}
        raw.store(options.home, respond([entry], fetched_at=datetime(2026, 1, 7, hour, tzinfo=UTC)))
        ingest.land_day(day, options)
    (row,) = papers.read_day(options.home, day).to_pylist()
    assert (row["upvotes"], row["last_observed_at"].hour) == (30, 9)


def test_what_cannot_have_been_seen_when_it_says_is_held_and_the_day_goes_on(
    options, respond, sample_entry
):
    at = datetime(2026, 1, 5, 10, tzinfo=UTC)
    loud = sample_entry | {"paper": sample_entry["paper"] | {"upvotes": 99_999}}
    raw.store(options.home, respond([loud], fetched_at=at, attempt_at=at))
    day = date(2026, 1, 6)
    first = ingest.land_day(day, options)
    assert (first.state, first.reason, first.paper_count) == ("failed", "no_usable_row", 0)
    ingest_sample(options)
    (held,) = quarantine.read_day(options.home, day).to_pylist()
    assert held["reason_code"] == "seen_impossible"
    rows = papers.read_day(options.home, day).to_pylist()
    assert (len(rows), max(row["upvotes"] for row in rows) < 99_999) == (13, True)
    assert ledger.decide_state(ledger.read_day(options.home, day)).state == "complete"
    ingest.judge_days([day], options)
    assert build.build(options).is_new


def test_fetching_only_a_broken_payload_raises_and_is_recorded(options, tmp_path):
    (tmp_path / "2026-01-10.json").write_bytes(b"1")
    here = settings_module.load(**options.model_dump() | {"source": f"replay:{tmp_path}"})
    with pytest.raises(
        SourceError,
        match="2026-01-10 failed: huggingface: not_a_list: expected a JSON list, got int",
    ):
        ingest.fetch_day(date(2026, 1, 10), here)
    (row,) = ledger.read_day(here.home, date(2026, 1, 10))
    assert (row["state"], row["reason"]) == ("failed", "not_a_list")
    assert not papers.partition_path(here.home, date(2026, 1, 10)).exists()


@pytest.mark.parametrize("concurrency", [1, 3])
def test_a_day_that_is_damaged_or_held_by_another_does_not_stop_the_range(
    options, httpserver, concurrency
):
    fake = FakeSource(httpserver)
    live = settings_module.load(
        **options.model_dump()
        | {"source": "live", "base_url": fake.base_url, "lock_timeout_s": 0.1}
        | {"fetch_concurrency": concurrency}
    )
    damaged, held, *others = days = [FIRST + timedelta(days=number) for number in range(5)]
    quarantine.day_path(live.home, damaged).parent.mkdir(parents=True)
    quarantine.day_path(live.home, damaged).write_bytes(b"PAR1")
    source = open_source("live", live)
    with lock(live.home / "locks" / f"listing_date={held}.lock", 5):
        landed = list(ingest.ingest_days(days, live, source))
    assert [day.listing_date for day in landed] == days
    assert [day.is_landed for day in landed] == [False, False, True, True, True]
    assert {(day.state, day.reason) for day in landed[:2]} == {("failed", "not_landed")}
    assert "quarantine.parquet cannot be read" in landed[0].error
    assert "another process has held" in landed[1].error
    assert [len(papers.read_day(live.home, day)) for day in others] == list(map(fake.count, others))


@pytest.mark.parametrize("concurrency", [1, 3])
@pytest.mark.parametrize("step", ["fetch", "land"])
def test_a_day_that_fails_as_nobody_foresaw_is_told_and_does_not_stop_the_range(
    options, httpserver, monkeypatch, caplog, step, concurrency
):
    fake = FakeSource(httpserver)
    live = settings_module.load(
        **options.model_dump()
        | {"source": "live", "base_url": fake.base_url, "fetch_concurrency": concurrency}
    )
    bad, *others = days = [FIRST + timedelta(days=number) for number in range(4)]
    place = {"fetch": (raw, "store"), "land": (ingest, "judge_attempts")}[step]
    real = getattr(*place)

    def fail(first, second, *rest, **options):
        if bad in (first, getattr(second, "listing_date", None)):
            raise ZeroDivisionError("9" * 5000)
        return real(first, second, *rest, **options)

    monkeypatch.setattr(*place, fail)
    first, *rest = ingest.ingest_days(days, live, open_source("live", live))
    assert (first.listing_date, first.state, first.reason) == (bad, "failed", "not_landed")
    assert f"{bad} was not landed: ZeroDivisionError: 999" in first.error
    assert len(first.error) < 400
    assert [(day.listing_date, day.is_landed) for day in rest] == [(day, True) for day in others]
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("fault", [StorageError("full"), MemoryError()])
def test_what_would_fail_every_day_ends_the_range(options, monkeypatch, fault):
    def fail(*_, **__):
        raise fault

    monkeypatch.setattr(ingest, "judge_attempts", fail)
    with pytest.raises(type(fault)):
        ingest_sample(options)


def test_a_backfill_judges_what_landed_and_raises_at_the_end(options):
    day = date(2026, 1, 6)
    path = quarantine.day_path(options.home, day)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PAR1")
    with pytest.raises(DaysFailedError, match=f"1 of 5 days failed, first {day}: {path} cannot"):
        backfill.backfill_range(FIRST, LAST, options)
    assert [d for d in papers.days(options.home) if quality_results.read_day(options.home, d)] == [
        date(2026, 1, number) for number in (5, 7, 8, 9)
    ]


def test_failed_days_are_named_up_to_a_number():
    failed = {FIRST + timedelta(days=number): "no list" for number in range(23)}
    text = backfill.describe_failed(failed, 30)
    assert text.startswith("23 of 30 days failed, first 2026-01-05: no list; also 2026-01-06, 2026")
    assert text.endswith("2026-01-25 and 2 more")


def test_held_rows_that_pass_later_are_released_not_dropped(options, respond, monkeypatch):
    day = date(2026, 1, 6)
    raw.store(options.home, respond(["no object"]))
    ingest.land_day(day, options)
    assert quarantine.read_day(options.home, day)["released_at"].null_count == 1
    monkeypatch.setattr("daily_papers.attempts._held_row", None)
    monkeypatch.setattr("daily_papers.attempts._read_entries", lambda *_: [])
    ingest.land_day(day, options)
    (row,) = quarantine.read_day(options.home, day).to_pylist()
    assert row["released_at"] is not None


def test_a_drift_is_logged_once_and_its_shape_is_kept(options, respond, sample_entry, caplog):
    day = date(2026, 1, 6)
    sample_entry["isPinned"] = "\ud800"  # half of a surrogate pair cannot be stored as such
    raw.store(options.home, respond([sample_entry]))
    for _ in range(2):
        ingest.land_day(day, options)
    text = r'new field isPinned (string) in 1 of 1 entries, e.g. "\ud800"'
    assert [record.getMessage() for record in caplog.records] == [f"huggingface of {day}: {text}"]
    (row,) = [row for row in shapes.read_day(options.home, day) if row["path"] == "isPinned"]
    assert (row["type"], row["entry_count"], row["possible_count"]) == ("string", 1, 1)
    ledger.day_path(options.home, day).write_bytes(b"PAR1")
    ingest.land_day(day, options)
    assert ledger.read_day(options.home, day)[0]["drift"] == [text]


@time_machine.travel("2026-02-01")
@pytest.mark.parametrize(
    ("day", "message"),
    [(date(2023, 5, 3), "before the first list, 2023-05-04"), (date(2026, 2, 2), "in the future")],
)
def test_a_day_that_can_have_no_list_is_refused(options, day, message):
    with pytest.raises(InvalidInputError, match=message):
        ingest.fetch_day(day, options)


def test_a_day_that_the_replay_lacks_is_said(options):
    with pytest.raises(InvalidInputError, match="holds no response of 2026-01-10"):
        ingest.fetch_day(date(2026, 1, 10), options)


def test_a_day_with_a_hard_failure_is_named_and_held(options):
    ingest_sample(options)
    day = date(2026, 1, 7)
    table = papers.read_day(options.home, day)
    twice = pa.concat_tables([table, table.slice(0, 1)])
    write_parquet(papers.partition_path(options.home, day), twice)
    with pytest.raises(CheckFailedError, match=r"2026-01-07: expect_compound_columns.*2512\."):
        ingest.judge_days([FIRST, day, LAST], options)
    ingest.judge_days([FIRST, LAST], options)
