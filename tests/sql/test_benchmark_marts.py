"""benchmarks on handmade texts: where evidence points, what is a record, what contradicts."""

from datetime import date
from typing import Any

import duckdb
import pytest
from daily_papers.settings import Settings
from daily_papers.warehouse.models import load_project
from handmade import MONDAY, TUESDAY, WEDNESDAY, described, open_marts, paper


def _ask(db: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return db.execute(query).fetchall()


def test_offsets_count_code_points_as_python_does(options: Settings) -> None:
    # a family emoji is 7 code points, 1 grapheme, 25 bytes; é here is two code points
    text = "👨‍👩‍👧‍👦 e\u0301tude: we score 90% accuracy on GSM8K, the best of agents"
    db = open_marts(options, papers=[paper("2601.00001", abstract=text)])
    for table in ("benchmarks.mentions", "benchmarks.claims", "benchmarks.sota_statements"):
        ((start, end, quote),) = _ask(db, f"select start_offset, end_offset, quote from {table}")
        assert text[start:end] == quote
    ((start, end),) = _ask(db, "select start_offset, end_offset from tags.paper_tags")
    assert text[start:end] == "agents"
    checks = {check.name: check for check in load_project(options.sql_dir).checks}
    for table in ("mentions", "claims", "sota_statements", "paper_tags"):
        assert _ask(db, checks[f"{table}__quote_exact"].sql) == []
        if table != "paper_tags":
            assert _ask(db, checks[f"{table}__text_sha256"].sql) == []


def test_a_mention_has_its_role_split_and_name_as_written(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[paper("2601.00001", abstract="A new ToyBench. We score 90 on GSM-8K test.")],
    )
    found = _ask(
        db,
        "select benchmark, name_as_written, role, split, field, extractor, extractor_version "
        "from benchmarks.mentions",
    )
    assert found == [
        ("GSM8K", "GSM-8K", "evaluated", "test", "abstract", "handmade", "1"),
        ("ToyBench", "ToyBench", "introduced", None, "abstract", "handmade", "1"),
    ]


def test_the_vocabulary_and_new_names_are_there_with_their_counts(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", MONDAY, abstract="On GSM8K, then GSM-8K."),
            paper("2601.00002", TUESDAY, title="A new ToyBench", abstract="We score 1 on GSM8K."),
        ],
    )
    found = _ask(
        db,
        "select benchmark, is_known, is_ambiguous, paper_count, introduced_count, claim_count, "
        "introduced_by, first_mentioned_on, last_mentioned_on from benchmarks.benchmarks",
    )
    assert found == [
        ("DROP", True, True, 0, 0, 0, None, None, None),
        ("GSM8K", True, False, 2, 0, 1, None, MONDAY, TUESDAY),
        ("ToyBench", False, None, 1, 1, 0, "2601.00002", TUESDAY, TUESDAY),
    ]


def test_spellings_of_an_unknown_name_meet_under_the_one_that_was_listed_first(
    options: Settings,
) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00002", MONDAY, abstract="A new Toy-Bench."),
            paper("2601.00001", TUESDAY, abstract="We score 5 on TOYBench."),
        ],
    )
    query = "select paper_id, benchmark, name_as_written from benchmarks.mentions"
    assert _ask(db, query) == [
        ("2601.00001", "Toy-Bench", "TOYBench"),
        ("2601.00002", "Toy-Bench", "Toy-Bench"),
    ]
    assert _ask(db, "select benchmark, benchmark_as_written from benchmarks.claims") == [
        ("Toy-Bench", "TOYBench")
    ]


def test_a_claim_keeps_what_is_written_and_says_on_what_scale_it_is(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper(
                "2601.00001",
                title="Foo: a method",
                abstract="We score 0.90 accuracy on GSM8K. Gains 2 points on DROP. "
                "GPT-4 scores 40% accuracy on DROP. We score 3.0 performance.",
            )
        ],
    )
    found = _ask(
        db,
        "select benchmark, metric_id, metric_kind, value, unit, score, metric_unit, kind, owner, "
        "model_name from benchmarks.claims order by claim_no",
    )
    assert found == [
        ("GSM8K", *["accuracy"] * 2, "0.90", "", 0.9, "proportion", "absolute", "own", None),
        ("DROP", None, None, "2", "points", 2.0, "points", "delta", "own", None),
        ("DROP", *["accuracy"] * 2, "40", "%", 40.0, "percent", "absolute", "other", "GPT-4"),
        (None, None, "score", "3.0", "", 3.0, "points", "absolute", "own", None),
    ]


DAYS = (MONDAY, TUESDAY, WEDNESDAY)


def _score_daily(options: Settings, *abstracts: str) -> duckdb.DuckDBPyConnection:
    """One paper a day, each with its own abstract."""
    papers = [
        paper(f"2601.{number:05}", date.fromordinal(MONDAY.toordinal() + number), abstract=abstract)
        for number, abstract in enumerate(abstracts)
    ]
    return open_marts(options, papers=papers)


RECORDS = (
    "select listing_date, score, previous_score, paper_id, previous_paper_id "
    "from benchmarks.sota_timeline"
)


def test_a_record_is_better_than_everything_before_and_a_tie_is_none(options: Settings) -> None:
    db = _score_daily(
        options,
        "We score 80% accuracy on GSM8K.",
        "We score 80% accuracy on GSM8K. We score 70% accuracy on GSM8K.",
        "We score 85% accuracy on GSM8K. We score 90% accuracy on GSM8K.",
        "We score 89% accuracy on GSM8K.",
    )
    assert _ask(db, RECORDS) == [
        (MONDAY, 80.0, None, "2601.00000", None),
        (WEDNESDAY, 90.0, 80.0, "2601.00002", "2601.00000"),
    ]


def test_lower_is_better_turns_the_direction(options: Settings) -> None:
    db = _score_daily(
        options,
        "We score 3.5 FID on ToyBench.",
        "We score 4.5 FID on ToyBench.",
        "We score 2.5 FID on ToyBench.",
    )
    assert [row[:3] for row in _ask(db, RECORDS)] == [(MONDAY, 3.5, None), (WEDNESDAY, 2.5, 3.5)]


def test_of_two_equal_numbers_of_a_day_the_smaller_paper_id_stands(options: Settings) -> None:
    same = "We score 80% accuracy on GSM8K."
    rows = [paper(paper_id, abstract=same) for paper_id in ("2601.00002", "2601.00001")]
    db = open_marts(options, papers=rows)
    assert _ask(db, RECORDS) == [(MONDAY, 80.0, None, "2601.00001", None)]


@pytest.mark.parametrize(
    "abstract",
    [
        "GPT-4 scores 95% accuracy on GSM8K.",  # quoted of others
        "Gains 95% accuracy on GSM8K.",  # a difference
        "We score 95% performance on GSM8K.",  # of what?
        "We score 95% accuracy.",  # on what?
        "We score 195% accuracy on GSM8K.",  # no share
        "We score 95% FID on GSM8K.",  # no unit of that metric
        "We score 5 ms latency on GSM8K.",  # on which machine?
    ],
)
def test_what_is_no_own_comparable_number_is_no_record(abstract: str, options: Settings) -> None:
    db = _score_daily(options, abstract)
    assert _ask(db, "select count(*) from benchmarks.claims") == [(1,)]
    assert _ask(db, RECORDS) == []


def test_numbers_on_two_scales_or_splits_never_meet(options: Settings) -> None:
    db = _score_daily(
        options,
        "We score 0.95 accuracy on GSM8K.",
        "We score 80% accuracy on GSM8K.",
        "We score 70% accuracy on GSM8K test: GSM8K.",
    )
    found = _ask(
        db,
        "select split, metric_unit, score, previous_score from benchmarks.sota_timeline "
        "order by listing_date",
    )
    assert found == [
        (None, "proportion", 0.95, None),
        (None, "percent", 80.0, None),
        ("test", "percent", 70.0, None),
    ]


def test_sota_as_of_shows_what_was_listed_up_to_that_day(options: Settings) -> None:
    db = _score_daily(
        options,
        "We score 80% accuracy on GSM8K.",
        "We score 90% accuracy on GSM8K. We score 10% accuracy on DROP.",
    )
    query = "select benchmark, score, since, paper_id from benchmarks.sota_as_of({}, {})"
    then = (MONDAY, "GSM8K", 80.0, "2601.00000")
    for ts in ("date '2026-01-05'", "timestamp '2026-01-05 23:59:59'", "'2026-01-05'"):
        found = _ask(db, query.format("'gsm8k'", ts))
        assert [(row[2], row[0], row[1], row[3]) for row in found] == [then]
    assert _ask(db, query.format("'GSM8K'", "date '2026-01-04'")) == []
    assert _ask(db, query.format("'GSM8K'", "date '2026-01-06'")) == [
        ("GSM8K", 90.0, TUESDAY, "2601.00001")
    ]
    everything = _ask(db, query.format("null", "date '2026-01-06'"))
    assert [row[0] for row in everything] == ["DROP", "GSM8K"]


def test_a_later_day_adds_records_and_changes_none(options: Settings, tmp_path: Any) -> None:
    abstracts = [f"We score {score}% accuracy on GSM8K." for score in (50, 70, 60, 90, 90)]
    everything = _ask(_score_daily(options, *abstracts), RECORDS)
    for count in range(1, len(abstracts)):
        home = options.model_copy(update={"home": tmp_path / str(count)})
        db = _score_daily(home, *abstracts[:count])
        last = date.fromordinal(MONDAY.toordinal() + count - 1)
        assert _ask(db, RECORDS) == [row for row in everything if row[0] <= last]


CONFLICTS = (
    "select benchmark, reason, model_name, paper_id, score, other_paper_id, other_score, "
    "difference from benchmarks.contradictions"
)


def test_two_papers_that_give_one_system_different_numbers_contradict(options: Settings) -> None:
    db = _score_daily(
        options,
        "GPT-4 scores 40% accuracy on DROP.",
        "GPT4 scores 42.5% accuracy on DROP.",
        "GPT-4 scores 40% accuracy on DROP.",
    )
    assert _ask(db, CONFLICTS) == [
        ("DROP", "same_model_name", "GPT-4", "2601.00000", 40.0, "2601.00001", 42.5, 2.5),
        ("DROP", "same_model_name", "GPT4", "2601.00001", 42.5, "2601.00002", 40.0, -2.5),
    ]


@pytest.mark.parametrize(
    "second",
    [
        "GPT-4o scores 50% accuracy on DROP.",  # another system
        "GPT-4 scores 0.5 accuracy on DROP.",  # another scale
        "GPT-4 scores 50% accuracy on GSM8K.",  # another benchmark
        "GPT-4 scores 50% accuracy on DROP. GPT-4 scores 60% accuracy on DROP.",  # which?
        "GPT-4 scores 40.0% accuracy on DROP.",  # the same number
        "We score 50% accuracy on DROP.",  # of whom?
        "Gains 50% accuracy on DROP with GPT-4.",  # a difference
    ],
)
def test_what_may_be_about_something_else_is_no_contradiction(
    second: str, options: Settings
) -> None:
    db = _score_daily(options, "GPT-4 scores 40% accuracy on DROP.", second)
    assert _ask(db, CONFLICTS) == []


def test_one_paper_under_two_ids_with_two_numbers_contradicts_itself(options: Settings) -> None:
    page = "https://openreview.net/forum?id=same"
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", project_page=page, abstract="We score 80% accuracy on GSM8K."),
            paper("2601.00002", project_page=page, abstract="We score 81% accuracy on GSM8K."),
        ],
    )
    assert _ask(db, CONFLICTS) == [
        ("GSM8K", "duplicate_papers", None, "2601.00001", 80.0, "2601.00002", 81.0, 1.0)
    ]


def test_popularity_counts_a_paper_in_the_month_it_was_first_listed(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", date(2026, 1, 30), abstract="We score 5 on GSM8K."),
            paper("2601.00001", date(2026, 2, 2), abstract="We score 5 on GSM8K."),
            paper("2602.00002", date(2026, 2, 2), abstract="On GSM8K."),
            paper("2602.00003", date(2026, 2, 3)),
        ],
    )
    found = _ask(
        db,
        "select month, paper_count, evaluated_count, claiming_paper_count, month_paper_count, "
        "share from benchmarks.popularity",
    )
    assert found == [
        (date(2026, 1, 1), 1, 1, 1, 1, 1.0),
        (date(2026, 2, 1), 1, 1, 0, 2, 0.5),
    ]


def test_a_statement_has_the_benchmark_only_when_its_scope_is_one(options: Settings) -> None:
    db = open_marts(options, papers=[paper("2601.00001", abstract="On GSM8K it is the best.")])
    found = _ask(db, "select statement_no, scope, benchmark, quote from benchmarks.sota_statements")
    assert found == [(1, "broad", None, "the best")]


def test_addresses_are_told_apart_by_host(options: Settings) -> None:
    text = "Code: https://github.com/a/b and https://www.example.org/page."
    db = open_marts(options, papers=[paper("2601.00001", abstract=text)])
    found = _ask(db, "select position, url, host, is_repository, start_offset from core.code_urls")
    assert found == [
        (1, "https://github.com/a/b", "github.com", True, 6),
        (2, "https://www.example.org/page", "example.org", False, 33),
    ]


def test_tags_of_three_sources_are_kept_apart_with_their_evidence(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", title="Of agents", abstract="robots", ai_keywords=["x", "Agents"])
        ],
        arxiv=[described("2601.00001", categories=["cs.RO", "cs.AI"])],
    )
    found = _ask(
        db,
        "select source, tag, field, position, start_offset, end_offset, quote, rule_version "
        "from tags.paper_tags",
    )
    assert found == [
        ("ai_keywords", "agents", "ai_keywords", 2, 0, 6, "Agents", "keywords-test"),
        ("ai_keywords", "x", "ai_keywords", 1, 0, 1, "x", "keywords-test"),
        ("arxiv_categories", "cs.AI", "categories", 2, 0, 5, "cs.AI", "as given"),
        ("arxiv_categories", "cs.RO", "categories", 1, 0, 5, "cs.RO", "as given"),
        ("taxonomy", "agents", "title", None, 3, 9, "agents", "taxonomy-test"),
        ("taxonomy", "robots", "abstract", None, 0, 6, "robots", "taxonomy-test"),
    ]
    assert _ask(
        db, "select source, tag, parent, label from tags.tags where parent is not null"
    ) == [("taxonomy", "robots", "agents", "robots")]
