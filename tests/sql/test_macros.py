"""The as-of macros: what was known before and after each sighting."""

from collections.abc import Iterator
from datetime import datetime

import duckdb
import pytest
from daily_papers.settings import Settings
from handmade import MONDAY, TUESDAY, WEDNESDAY, at, observation, open_marts, paper


@pytest.fixture
def db(options: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two papers of Monday, the second seen from Tuesday on, the first again on its list."""
    with open_marts(
        options,
        papers=[
            paper("2601.00001", upvotes=9, seen_at=at(WEDNESDAY), first_observed_at=at(MONDAY, 8)),
            paper("2601.00001", TUESDAY, upvotes=9, seen_at=at(WEDNESDAY)),
            paper("2601.00002", upvotes=9, seen_at=at(WEDNESDAY), first_observed_at=at(TUESDAY, 8)),
        ],
        observations=[
            observation("2601.00001", at(MONDAY, 8), 2),
            observation("2601.00001", at(TUESDAY, 8), 5),
            observation("2601.00001", at(WEDNESDAY, 8), 9),
            observation("2601.00002", at(TUESDAY, 8), 7),
            observation("2601.00002", at(WEDNESDAY, 8), 9),
        ],
    ) as con:
        yield con


@pytest.mark.parametrize(
    ("ts", "expected"),
    [
        (at(MONDAY, 7), []),
        (at(MONDAY, 8), [("2601.00001", 2, 1)]),
        (at(TUESDAY, 7), [("2601.00001", 2, 1)]),
        (at(TUESDAY, 8), [("2601.00001", 5, 2), ("2601.00002", 7, 1)]),
        (at(WEDNESDAY, 23), [("2601.00001", 9, 3), ("2601.00002", 9, 2)]),
    ],
)
def test_papers_as_of_shows_the_last_sighting_by_then(
    ts: datetime, expected: list[object], db: duckdb.DuckDBPyConnection
) -> None:
    query = "select paper_id, upvotes, observation_count from core.papers_as_of(?)"
    assert db.execute(query, [ts]).fetchall() == expected


def test_a_day_or_text_stands_for_its_midnight(db: duckdb.DuckDBPyConnection) -> None:
    for ts in ("date '2026-01-06'", "'2026-01-06'", "'2026-01-06 00:00:00'"):
        query = f"select paper_id, upvotes from core.papers_as_of({ts})"
        assert db.execute(query).fetchall() == [("2601.00001", 2)]


def test_listing_days_are_those_known_by_then(db: duckdb.DuckDBPyConnection) -> None:
    query = "select last_listed_on from core.papers_as_of(?) where paper_id = '2601.00001'"
    assert db.execute(query, [at(TUESDAY, 9)]).fetchall() == [(MONDAY,)]
    assert db.execute(query, [at(WEDNESDAY, 9)]).fetchall() == [(TUESDAY,)]


def test_top_papers_ranks_as_seen_then_with_ties_by_id(db: duckdb.DuckDBPyConnection) -> None:
    query = "select rank, paper_id, listing_date, upvotes from core.top_papers(?, ?, ?)"
    then = db.execute(query, [MONDAY, TUESDAY, at(TUESDAY, 9)]).fetchall()
    assert then == [(1, "2601.00002", MONDAY, 7), (2, "2601.00001", MONDAY, 5)]
    now = db.execute(query, [MONDAY, TUESDAY, at(WEDNESDAY, 9)]).fetchall()
    assert now == [(1, "2601.00001", MONDAY, 9), (2, "2601.00002", MONDAY, 9)]


def test_top_papers_keeps_to_the_days_asked_for(db: duckdb.DuckDBPyConnection) -> None:
    query = "select paper_id, listing_date from core.top_papers(?, ?, ?)"
    found = db.execute(query, [TUESDAY, TUESDAY, at(WEDNESDAY, 9)]).fetchall()
    assert found == [("2601.00001", TUESDAY)]
