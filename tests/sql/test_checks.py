"""Every check passes on good rows and finds a planted bad one."""

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pyarrow as pa
import pytest
from daily_papers import settings
from daily_papers.warehouse import scope
from daily_papers.warehouse.author_tables import PUBLISHED, Published
from daily_papers.warehouse.models import Check, load_project
from handmade import EXAMPLE_LAKE, EXTRACTORS, open_marts

PROJECT = load_project(settings.load().sql_dir)


def _twice(table: str) -> str:
    return f"insert into {table} from (from {table} limit 1)"


# check -> a statement that spoils the good rows
PLANTS = {
    **{f"{model.table}__grain": _twice(model.name) for model in PROJECT.marts},
    "author_activity__paper_count": "delete from authors.author_activity",
    "authors__override_known": """insert into reference.author_overrides values
        ('2601.00001', 99, 'ada')""",
    "authorships__author_exists": "delete from authors.authors where name = 'Alan Turing'",
    "authorships__count": "delete from authors.authorships where position = 2",
    "authorships__paper_exists": "delete from core.papers where paper_id = '2601.00002'",
    "authorships__position_dense": "update authors.authorships set position = 3 where position = 2",
    "claims__benchmark_mentioned": "delete from benchmarks.mentions where paper_id = '2601.00001'",
    "claims__paper_exists": "delete from core.papers where paper_id = '2601.00001'",
    "claims__quote_exact": "update benchmarks.claims set end_offset = end_offset - 1",
    "claims__text_sha256": "update core.papers set abstract = abstract || '!'",
    "claims__values_known": "update benchmarks.claims set score = 91",
    "coauthors__author_exists": "delete from authors.authors where name = 'Alan Turing'",
    "coauthors__ordered": "update authors.coauthors set coauthor_id = author_id",
    "code_urls__paper_exists": "delete from core.papers where paper_id = '2601.00001'",
    "contradictions__claims_exist": "update benchmarks.contradictions set score = other_score",
    "costs__run_exists": "delete from ops.runs where state = 'failed'",
    "coverage__held": "update ops.coverage set is_held = true where listing_date = '2026-01-05'",
    "coverage__no_gap": "delete from ops.coverage where listing_date = '2024-02-29'",
    "coverage__paper_count": "delete from core.listings where listing_date = '2026-01-06'",
    "coverage__state": "update ops.coverage set state = 'empty' where paper_count > 0",
    "duplicates__grouped": "update core.duplicates set decision = 'different'",
    "duplicates__ordered": "update core.duplicates set other_id = '2601.00000'",
    "duplicates__override_known": """insert into reference.duplicate_overrides values
        ('2601.00001', '2601.99999', 'same', 'Ada', 'mistyped', 'overrides.csv:2')""",
    "duplicates__paper_exists": "delete from core.papers where paper_id = '2601.00002'",
    "listings__day_in_range": "update core.listings set listing_date = '2023-05-03'",
    "listings__paper_exists": "delete from core.papers where paper_id = '2601.00002'",
    "listings__rank_dense": "update core.listings set rank = 3 where rank = 2",
    "mentions__benchmark_exists": "delete from benchmarks.benchmarks where benchmark = 'GSM8K'",
    "mentions__paper_exists": "delete from core.papers where paper_id = '2601.00001'",
    "mentions__quote_exact": "update benchmarks.mentions set start_offset = start_offset + 1",
    "mentions__role_known": "update benchmarks.mentions set role = 'used'",
    "mentions__text_sha256": "update core.papers set abstract = abstract || '!'",
    "observations__paper_exists": "delete from core.papers where paper_id = '2601.00002'",
    "organization_activity__paper_count": "delete from authors.organization_activity",
    "organizations__paper_count": "update authors.organizations set paper_count = 2",
    "paper_tags__paper_exists": "delete from core.papers where paper_id = '2601.00002'",
    "paper_tags__quote_exact": "update tags.paper_tags set position = 2 where tag = 'speech'",
    "paper_tags__taxonomy_known": "delete from reference.taxonomy where tag = 'robots'",
    "papers__categories": "update core.papers set categories = ['cs.CL', 'I.2.7']",
    "papers__duplicate_of": "update core.papers set duplicate_of = '2601.00001'",
    "papers__id_form": "update core.papers set paper_id = '2601.0001'",
    "papers__latest_observation": "update core.papers set last_observed_at = '2026-01-04'",
    "papers__latest_version": "update core.papers set version = 3, latest_version = 2",
    "papers__listed": "delete from core.listings where paper_id = '2601.00002'",
    "papers__listing_span": "update core.papers set listing_count = 3",
    "papers__title_decides": """insert into intermediate.reconciled_papers values
        ('title:00', 'title:00', 'several_papers_of_that_title')""",
    "papers__observed": "delete from core.observations where paper_id = '2601.00002'",
    "payload_shape__share_range": "update ops.payload_shape set entry_count = 11 where path = '[]'",
    "popularity__paper_count": "update benchmarks.popularity set paper_count = 5",
    "popularity__share_range": "update benchmarks.popularity set share = 1.5",
    "quality_results__severity": "update ops.quality_results set severity = 'fatal'",
    "runs__row_balance": "update ops.runs set rows_landed = rows_landed - 1 where rows_in = 3",
    "sota_statements__paper_exists": "delete from core.papers where paper_id = '2601.00001'",
    "sota_statements__quote_exact": "update benchmarks.sota_statements set quote = 'The best'",
    "sota_statements__text_sha256": "update core.papers set abstract = abstract || '!'",
    "sota_timeline__better": "update benchmarks.sota_timeline set previous_score = 95",
    "sota_timeline__claim_exists": "update benchmarks.claims set owner = 'other'",
    "tag_cooccurrence__counts": "update tags.tag_cooccurrence set other_paper_count = 1",
    "tag_daily__tag_exists": "delete from tags.tags where tag = 'vision'",
    "tag_momentum__share_range": "update tags.tag_momentum set share = 1.5",
    "tags__paper_count": "update tags.tags set paper_count = 3 where tag = 'vision'",
}


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    options = settings.load(home=tmp_path_factory.mktemp("home"))
    # the snapshot before knew an author by another id
    was = [("2601.00001", 1, "a000", "Ada Lovelace", "f" * 12)]
    rows = [dict(zip(PUBLISHED.names, row, strict=True)) for row in was]
    published = Published(pa.Table.from_pylist(rows, schema=PUBLISHED))
    extractors = replace(EXTRACTORS, read_published_authors=lambda: published)
    with open_marts(options, extractors=extractors, **EXAMPLE_LAKE) as con:
        yield con


@pytest.fixture
def db(marts: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    marts.execute("begin")
    yield marts
    marts.execute("rollback")


def test_every_check_has_a_planted_row_and_every_mart_a_grain_check() -> None:
    assert {check.name for check in PROJECT.checks} == set(PLANTS)
    assert {f"{model.table}__grain" for model in PROJECT.marts} <= set(PLANTS)


def test_every_mart_has_rows_here(marts: duckdb.DuckDBPyConnection) -> None:
    counts = {
        model.name: marts.execute(f"select count(*) from {model.name}").fetchall()[0][0]
        for model in PROJECT.marts
    }
    assert [name for name, count in counts.items() if count == 0] == []


@pytest.mark.parametrize("check", PROJECT.checks, ids=lambda check: check.name)
def test_passes_on_good_rows_and_finds_a_planted_one(
    check: Check, db: duckdb.DuckDBPyConnection
) -> None:
    assert db.execute(check.sql).fetchall() == []
    db.execute(PLANTS[check.name])
    assert db.execute(check.sql).fetchall() != []


@pytest.fixture(scope="module")
def kept(marts: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the good tables as a build keeps them; the good ones stay in `memory`."""
    marts.execute(f"attach ':memory:' as {scope.STATE}")
    marts.execute(f"copy from database memory to {scope.STATE}")
    marts.execute(f"use {scope.STATE}")
    yield marts
    marts.execute("use memory")
    marts.execute(f"detach {scope.STATE}")


@pytest.mark.parametrize(
    "check",
    [check for check in PROJECT.checks if check.refresh.key],
    ids=lambda check: check.name,
)
def test_asked_of_the_changed_keys_alone_it_finds_what_it_finds_of_all(
    check: Check, kept: duckdb.DuckDBPyConnection
) -> None:
    tables = [name for name in check.sources if not name.startswith("staging.")]
    with scope.opened(kept, PROJECT) as changed:
        assert changed.ask(check) == ([], []), "nothing changed, nothing is asked"
        kept.execute(PLANTS[check.name])
        try:
            for name in tables:
                changed.note(name, "", f"memory.{name}")
            names, rows = changed.ask(check)
            all_names, all_rows = scope.fetch(kept, check.sql)
            assert names == all_names
            assert sorted(rows) == sorted(all_rows) != []
            if all(check.refresh.key in changed.columns[name] for name in check.sources):
                assert changed.choose(check.refresh, check.sources) == check.refresh
        finally:
            for name in tables:
                kept.execute(f"delete from {name}")
                kept.execute(f"insert into {name} from memory.{name}")


@pytest.mark.parametrize(
    ("paper_id", "is_good"),
    [
        ("2601.00001", True),
        ("1412.6980", True),
        ("hep-th/9901001", True),
        ("math.GT/0309136", True),
        ("2503.0213", False),
        ("2503.02130v2", False),
        ("0704.00001", False),
        ("", False),
    ],
)
def test_id_form_knows_an_id_that_lost_characters(
    paper_id: str, is_good: bool, db: duckdb.DuckDBPyConnection
) -> None:
    check = next(check for check in PROJECT.checks if check.name == "papers__id_form")
    db.execute("update core.papers set paper_id = ?", [paper_id])
    assert (db.execute(check.sql).fetchall() == []) is is_good
