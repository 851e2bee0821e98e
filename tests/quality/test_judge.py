"""The expectation suite: one run, a verdict a day, never a silent pass."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pyarrow as pa
import pytest
from daily_papers import ingest
from daily_papers import settings as settings_module
from daily_papers.errors import CheckFailedError
from daily_papers.lake import papers, quality_results, raw
from daily_papers.lake.files import write_parquet
from daily_papers.quality import expectations, judge
from daily_papers.quality.history import DayFacts, compare_days
from daily_papers.settings import SAMPLE_DIR
from daily_papers.sources import open_source
from daily_papers.warehouse import build, query

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 9)


@pytest.fixture
def landed(options):
    source = open_source(f"replay:{SAMPLE_DIR}", options)
    list(ingest.ingest_days(source.days(FIRST, LAST), options, source))
    return options


def test_every_day_gets_every_verdict_from_one_run(landed, monkeypatch):
    runs = []
    run_suite = expectations.run_suite
    monkeypatch.setattr(
        expectations, "run_suite", lambda s, f: runs.append(len(f)) or run_suite(s, f)
    )
    assert judge.judge_unjudged(landed) == [date(2026, 1, n) for n in range(5, 10)]
    assert len(runs) == 2  # rows and days, whatever the number of days
    verdicts = {day: len(quality_results.read_day(landed.home, day)) for day in (FIRST, LAST)}
    assert verdicts[FIRST] == verdicts[LAST] > 10
    assert judge.judge_unjudged(landed) == []


def test_a_day_that_changed_is_judged_again(landed):
    judge.judge_unjudged(landed)
    source = open_source(f"replay:{SAMPLE_DIR}", landed)
    (item,) = source.fetch_day(LAST)
    later = item.fetched_at + timedelta(days=1)
    raw.store(landed.home, replace(item, fetched_at=later, attempt_at=later))
    ingest.land_day(LAST, landed)
    assert judge.judge_unjudged(landed) == [LAST]


@pytest.mark.parametrize(
    ("column", "value", "severity"),
    [
        ("paper_id", "2601.1", "error"),
        ("title_length", 0, "error"),
        ("abstract_length", 0, "error"),
        ("author_count", 0, "error"),
        ("upvotes", -1, "error"),
        ("comments", -1, "error"),
        ("partition_date", "2026-01-06", "error"),
        ("abstract_length", 20, "warn"),
        ("title_length", 500, "warn"),
        ("days_since_published", 900, "warn"),
    ],
)
def test_each_expectation_is_seen_failing_for_the_right_row(column, value, severity):
    good = {
        "listing_date": "2026-01-05",
        "partition_date": "2026-01-05",
        "title_length": 60,
        "abstract_length": 900,
        "author_count": 3,
        "upvotes": 4,
        "comments": 1,
        "days_since_published": 2,
        "first_observed_at": pd.Timestamp("2026-01-05"),
        "last_observed_at": pd.Timestamp("2026-01-06"),
    }
    rows = [good | {"paper_id": f"2601.0000{n}"} for n in range(3)]
    rows[1][column] = value
    verdicts = expectations.run_suite(expectations.paper_suite(), pd.DataFrame(rows))
    failing = [v for v in verdicts if v.failing]
    assert severity in [v.severity for v in failing]
    assert {id_ for v in failing for ids in v.failing.values() for id_ in ids} == {
        rows[1]["paper_id"]
    }


def facts(number: int, **fields) -> DayFacts:
    """The Mondays of 2026, each like the others."""
    values = {
        "listing_date": FIRST + timedelta(days=7 * number),
        "is_complete": True,
        "paper_count": 30.0,
        "median_abstract_length": 1300.0,
        "median_author_count": 6.0,
        "quarantined_pct": 0.0,
    }
    return DayFacts(**values | fields)


def judge_last(**fields):
    """Judge a Monday after eleven others; return what it does not meet."""
    days = [*(facts(number) for number in range(11)), facts(11, **fields)]
    frame = judge.make_day_frame([day for _, day in compare_days(days, 10.0)])
    verdicts = expectations.run_suite(expectations.day_suite(), frame)
    assert {at for v in verdicts for at in v.failing} <= {days[-1].listing_date.isoformat()}
    return {(v.severity, v.metric or v.column_name) for v in verdicts if v.failing}


@pytest.mark.parametrize(
    ("changes", "unmet"),
    [
        ({}, set()),
        ({"is_complete": False, "paper_count": 1.0}, set()),
        ({"paper_count": 5.0}, {("warn", "paper_count")}),
        ({"paper_count": 200.0}, {("warn", "paper_count")}),
        ({"paper_count": 2.0}, {("warn", "paper_count"), ("error", "paper_count")}),
        ({"median_abstract_length": 500.0}, {("warn", "median_abstract_length")}),
        ({"median_abstract_length": None}, set()),
        ({"median_author_count": 20.0}, {("warn", "median_author_count")}),
        ({"quarantined_pct": 7.0}, {("warn", "quarantined_pct")}),
        ({"quarantined_pct": 60.0}, {("warn", "quarantined_pct"), ("error", "quarantined_pct")}),
    ],
)
def test_each_expectation_of_a_day_is_seen_failing(changes, unmet):
    assert judge_last(**changes) == unmet


def test_a_cold_start_is_stored_as_not_judged_never_as_met(landed):
    judge.judge_unjudged(landed)
    rows = quality_results.read_day(landed.home, FIRST)
    (row,) = [row for row in rows if row["column_name"] == "paper_count, paper_count_lower"]
    assert row["is_success"] is None
    assert row["observed_value"] == (
        "14 papers; not judged yet: 0 complete Mondays before it, 6 needed"
    )


def land_mondays(options, respond, counts):
    """Land Mondays from 2024-06-03 on with so many papers."""
    for week, count in counts.items():
        day = date(2024, 6, 3) + timedelta(days=7 * week)
        entries = []
        for number in range(count):
            entry = json.loads((SAMPLE_DIR / "2026-01-06.next_day.json").read_text())[0]
            entry["paper"] |= {"id": f"2406.{100 * week + number:05}"}
            entry["paper"] |= {"publishedAt": f"{day}T00:00:00.000Z", "submittedOnDailyAt": None}
            entries.append(entry)
        at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + timedelta(days=1)
        raw.store(options.home, respond(entries, listing_date=day, fetched_at=at))
        ingest.land_day(day, options)


def test_a_day_without_its_usual_papers_is_held_back_with_the_history_that_says_so(
    options, respond, run
):
    land_mondays(options, respond, dict.fromkeys(range(6), 12) | {6: 1})
    tiny = date(2024, 6, 3) + timedelta(days=42)
    with pytest.raises(CheckFailedError) as caught:
        ingest.judge_days([tiny], options)
    told = "1 papers; the 6 complete Mondays before it had 12 to 12, median 12: expected"
    assert told in str(caught.value)
    assert "lower DAILY_PAPERS_VOLUME_HELD_BELOW_PCT (0: never held)" in str(caught.value)
    code, out, _ = run("quarantine", "list")
    assert (code, f"the whole day {tiny} is held: " in out, told in out) == (0, True, True)
    assert str(tiny) not in run("quarantine", "list", "--to", "2024-06-30")[1]
    (held,) = json.loads(run("status", "--json")[1])["held_days"]
    assert (held["listing_date"], told in held["reason"]) == (str(tiny), True)
    assert f"day held back: {tiny}: " in run("status")[1]
    build.build(options)
    (row,) = query.run_query(
        options, "select is_held, held_reason from ops.coverage where is_held"
    ).to_pylist()
    assert told in row["held_reason"]


def test_a_held_day_is_published_once_the_setting_lets_it(options, respond):
    land_mondays(options, respond, dict.fromkeys(range(6), 12) | {6: 1})
    free = options.model_copy(update={"volume_held_below_pct": 0.0})
    judge.judge_unjudged(options)
    judge.judge_unjudged(free)
    judge.refuse_held([date(2024, 6, 3) + timedelta(days=42)], free)


def test_every_failing_key_of_a_day_is_stored(options, respond):
    land_mondays(options, respond, {0: 30})
    path = papers.partition_path(options.home, date(2024, 6, 3))
    table = papers.read_day(options.home, date(2024, 6, 3))
    at = table.column_names.index("upvotes")
    write_parquet(path, table.set_column(at, table.field(at), pa.array([-1] * 30, pa.int64())))
    judge.judge_unjudged(options)
    rows = quality_results.read_day(options.home, date(2024, 6, 3))
    assert [len(row["failing_keys"]) for row in rows if row["is_success"] is False] == [30]


def test_the_verdicts_do_not_depend_on_the_order_in_which_days_came(tmp_path, respond, lake_files):
    counts = dict.fromkeys(range(8), 5) | {7: 1}
    stored = []
    for name, weeks in (("forth", [range(8)]), ("back", [[7, 6, 5], [0, 2, 4], [3, 1]])):
        options = settings_module.load(home=tmp_path / name)
        for part in weeks:
            land_mondays(options, respond, {week: counts[week] for week in part})
            judge.judge_unjudged(options)
        stored.append(lake_files(options.home, "quality"))
    assert stored[0] == stored[1]


def test_a_day_whose_history_changed_is_judged_again_and_no_other(options, respond):
    land_mondays(options, respond, dict.fromkeys(range(1, 8), 5))
    judge.judge_unjudged(options)
    land_mondays(options, respond, {0: 5})
    again = judge.judge_unjudged(options)
    assert again == [date(2024, 6, 3) + timedelta(days=7 * week) for week in range(8)]
    assert judge.judge_unjudged(options) == []


def test_a_suite_that_cannot_run_is_an_error_with_table_and_column():
    frame = judge.make_day_frame([day for _, day in compare_days([facts(0)], 10.0)])
    for column in ("quarantined_pct", "paper_count_lower"):
        with pytest.raises(CheckFailedError, match=f"could not run: lake.papers lacks.* {column}"):
            expectations.run_suite(expectations.day_suite(), frame.drop(columns=column))
    with pytest.raises(CheckFailedError, match=r"landed_day could not run: lake.papers has no row"):
        expectations.run_suite(expectations.day_suite(), frame.iloc[:0])
