"""core.duplicates and core.papers.duplicate_of: one original a group, people above the model."""

from dataclasses import replace

import pytest
from daily_papers.dedupe.overrides import Override
from daily_papers.settings import Settings
from handmade import EXTRACTORS, MONDAY, TUESDAY, WEDNESDAY, open_marts, paper

PAGE = "https://openreview.net/forum?id=x"
DUPLICATES = "select paper_id, duplicate_of from core.papers order by paper_id"
PAIRS = "select paper_id, other_id, decision, decided_by, reason from core.duplicates"


def override(left: str, right: str, *, is_same: bool) -> Override:
    return Override(left, right, is_same, "Ada", "I looked", "overrides.csv:2")


def test_the_paper_listed_first_is_the_original_and_nothing_chains(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", WEDNESDAY, project_page=PAGE),
            paper("2601.00002", TUESDAY, project_page=PAGE),
            paper("2601.00003", MONDAY, project_page=PAGE),
            paper("2601.00004", MONDAY),
        ],
    )
    assert db.execute(DUPLICATES).fetchall() == [
        ("2601.00001", "2601.00003"),
        ("2601.00002", "2601.00003"),
        ("2601.00003", None),
        ("2601.00004", None),
    ]
    assert len(db.execute(PAIRS).fetchall()) == 3


def test_on_one_day_the_smaller_id_is_the_original(options: Settings) -> None:
    papers = [paper(name, project_page=PAGE) for name in ("2601.00002", "2601.00001")]
    db = open_marts(options, papers=papers)
    assert db.execute(DUPLICATES).fetchall()[1] == ("2601.00002", "2601.00001")


@pytest.mark.parametrize(
    ("is_same", "original", "decision"), [(False, None, "different"), (True, "2601.00001", "same")]
)
def test_an_override_wins_and_says_who_and_why(
    options: Settings, is_same: bool, original: str | None, decision: str
) -> None:
    page = None if is_same else PAGE
    extractors = replace(
        EXTRACTORS, duplicate_overrides=[override("2601.00001", "2601.00002", is_same=is_same)]
    )
    db = open_marts(
        options,
        extractors=extractors,
        papers=[paper(name, project_page=page) for name in ("2601.00001", "2601.00002")],
    )
    assert db.execute(DUPLICATES).fetchall()[1] == ("2601.00002", original)
    assert db.execute(PAIRS).fetchall() == [
        ("2601.00001", "2601.00002", decision, "override", "Ada: I looked")
    ]


def test_an_override_on_a_paper_that_is_not_there_decides_nothing(options: Settings) -> None:
    extractors = replace(
        EXTRACTORS, duplicate_overrides=[override("2601.00001", "2601.99999", is_same=True)]
    )
    db = open_marts(options, extractors=extractors, papers=[paper("2601.00001")])
    assert db.execute(DUPLICATES).fetchall() == [("2601.00001", None)]
    assert db.execute("select count(*) from reference.duplicate_overrides").fetchall() == [(1,)]
