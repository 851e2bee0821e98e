"""Papers known by title alone: which paper they become, and what stays undecided."""

from datetime import timedelta
from typing import Any

import duckdb
import pytest
from daily_papers.dedupe.titles import make_provisional_id
from daily_papers.settings import Settings
from handmade import MONDAY, TUESDAY, WEDNESDAY, Row, at, observation, open_marts, paper

SAME = make_provisional_id("Same")
OTHER = make_provisional_id("Other")


def captured(title: str, day: Any = MONDAY, **fields: Any) -> Row:
    """A paper of which a capture showed title and abstract."""
    nothing = dict.fromkeys(("upvotes", "comments", "authors", "published_at"))
    return paper(make_provisional_id(title), day, title=title, **nothing, **fields)


def open_with(options: Settings, *papers: Row) -> duckdb.DuckDBPyConnection:
    seen = [
        observation(row["paper_id"], row["last_observed_at"], row["upvotes"])
        for row in papers
        if row["upvotes"] is not None
    ]
    return open_marts(options, papers=papers, observations=seen)


def listed(db: duckdb.DuckDBPyConnection) -> list[Any]:
    query = """select listing_date, paper_id, provisional_id, rank, upvotes
        from core.listings order by listing_date, rank"""
    return db.execute(query).fetchall()


def reasons(db: duckdb.DuckDBPyConnection) -> list[Any]:
    query = "select provisional_id, paper_id, reason from intermediate.reconciled_papers order by 1"
    return db.execute(query).fetchall()


def test_the_one_paper_of_that_title_keeps_its_state_and_gets_the_listing(
    options: Settings,
) -> None:
    # captured after the API saw it: the row without counts is not its latest state
    db = open_with(
        options,
        captured("Same!", WEDNESDAY),
        paper("2601.00001", MONDAY, title="SAME", upvotes=7),
    )
    assert reasons(db) == [(SAME, "2601.00001", "same_title")]
    assert listed(db) == [
        (MONDAY, "2601.00001", None, 1, 7),
        (WEDNESDAY, "2601.00001", SAME, 1, None),
    ]
    row = db.execute("select title, upvotes, listing_count, is_provisional from core.papers")
    assert row.fetchall() == [("SAME", 7, 2, False)]


def test_an_earlier_title_of_a_paper_counts_too(options: Settings) -> None:
    db = open_with(
        options,
        captured("Same", WEDNESDAY),
        paper("2601.00001", MONDAY, title="Same"),
        paper("2601.00001", TUESDAY, title="Renamed"),
    )
    assert reasons(db) == [(SAME, "2601.00001", "same_title")]


def test_several_papers_of_that_title_decide_nothing(options: Settings) -> None:
    db = open_with(
        options,
        captured("Same", WEDNESDAY),
        paper("2601.00001", MONDAY, title="Same"),
        paper("2601.00002", TUESDAY, title="same"),
    )
    assert reasons(db) == [(SAME, SAME, "several_papers_of_that_title")]
    assert listed(db)[-1] == (WEDNESDAY, SAME, SAME, 1, None)


@pytest.mark.parametrize("other", ["2601.00001", OTHER])
def test_two_entries_of_one_list_stay_two_papers(options: Settings, other: str) -> None:
    """The paper was once called Same, later Other; one list has it, or both names."""
    beside = captured("Other", WEDNESDAY)
    if other != OTHER:
        beside = paper(other, WEDNESDAY, title="Other")
    db = open_with(
        options,
        captured("Same", WEDNESDAY),
        beside,
        paper("2601.00001", MONDAY, title="Same"),
        paper("2601.00001", TUESDAY, title="Other"),
    )
    assert {reason for _, _, reason in reasons(db)} == {"listed_beside_it"}
    assert {row[1] for row in listed(db) if row[0] == WEDNESDAY} == {SAME, other}


def test_an_unknown_title_stays_provisional_and_has_no_counts(options: Settings) -> None:
    db = open_with(options, captured("Same"))
    assert reasons(db) == [(SAME, SAME, "no_paper_of_that_title")]
    row = db.execute(
        "select is_provisional, upvotes, published_on, author_count from core.papers"
    ).fetchall()
    assert row == [(True, None, None, 0)]


def test_without_counts_the_order_of_the_capture_is_the_rank(options: Settings) -> None:
    db = open_with(
        options,
        captured("Same", row_no=1),
        captured("Other", row_no=0),
        paper("2601.00001", upvotes=0, row_no=9),
    )
    assert [(row[1], row[3]) for row in listed(db)] == [("2601.00001", 1), (OTHER, 2), (SAME, 3)]


def test_as_of_macros_show_it_without_counts_and_last(options: Settings) -> None:
    db = open_with(options, captured("Same"), paper("2601.00001", upvotes=0))
    now = at(MONDAY + timedelta(days=9))
    known = db.execute(
        "select paper_id, upvotes, observation_count from core.papers_as_of(?)", [now]
    )
    assert known.fetchall() == [("2601.00001", 0, 1), (SAME, None, 0)]
    top = db.execute(
        "select rank, paper_id, upvotes from core.top_papers(?, ?, ?)", [MONDAY, MONDAY, now]
    )
    assert top.fetchall() == [(1, "2601.00001", 0), (2, SAME, None)]
    assert db.execute("from core.papers_as_of(?)", [at(MONDAY, 7)]).fetchall() == []
