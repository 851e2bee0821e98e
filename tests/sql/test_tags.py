"""tags on handmade rows: what counts once, and the momentum formula by hand."""

from datetime import timedelta

import pytest
from daily_papers.settings import Settings
from handmade import MONDAY, TUESDAY, open_marts, paper


def test_a_paper_counts_once_under_each_of_its_tags(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2611.00001", upvotes=5, ai_keywords=["Speech", "speech"]),
            paper("2611.00002", upvotes=7, ai_keywords=["speech", "Vision", "---"]),
        ],
    )
    daily = db.execute("select tag, paper_count, upvote_count from tags.tag_daily").fetchall()
    assert daily == [("speech", 2, 12), ("vision", 1, 7)]
    evidence = db.execute("select paper_id, tag, quote, position from tags.paper_tags").fetchall()
    assert evidence == [
        ("2611.00001", "speech", "Speech", 1),
        ("2611.00002", "speech", "speech", 1),
        ("2611.00002", "vision", "Vision", 2),
    ]


def test_a_tag_is_shown_as_most_papers_write_it(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2611.00001", ai_keywords=["RAG"]),
            paper("2611.00002", ai_keywords=["rag"]),
            paper("2611.00003", ai_keywords=["rag"]),
        ],
    )
    tags = db.execute("select tag, label, variants, paper_count from tags.tags").fetchall()
    assert tags == [("rag", "rag", ["rag", "RAG"], 3)]


def test_a_paper_on_two_lists_is_one_paper_of_the_tag_and_two_daily_rows(
    options: Settings,
) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2611.00001", MONDAY, upvotes=3, ai_keywords=["speech"]),
            paper("2611.00001", TUESDAY, upvotes=8, ai_keywords=["speech"]),
        ],
    )
    assert db.execute("select paper_count, upvote_count from tags.tags").fetchall() == [(1, 8)]
    daily = db.execute("select listing_date, paper_count, upvote_count from tags.tag_daily")
    assert daily.fetchall() == [(MONDAY, 1, 8), (TUESDAY, 1, 8)]


def test_momentum_is_the_smoothed_share_above_the_baseline(options: Settings) -> None:
    next_monday = MONDAY + timedelta(days=7)
    db = open_marts(
        options,
        papers=[
            # baseline week: 1 of 4 tagged listings; a paper without keywords counts nowhere
            paper("2611.00001", MONDAY, ai_keywords=["speech"]),
            paper("2611.00002", MONDAY, ai_keywords=["vision"]),
            paper("2611.00003", TUESDAY, ai_keywords=["vision"]),
            paper("2611.00004", TUESDAY, ai_keywords=["vision"]),
            paper("2611.00005", TUESDAY),
            # 2 of 2 in the week after
            paper("2611.00006", next_monday, ai_keywords=["speech"]),
            paper("2611.00007", next_monday, ai_keywords=["speech"]),
        ],
    )
    found = db.execute(
        "select tag, listing_count, share, baseline_share, smoothed_share, momentum "
        "from tags.tag_momentum where week_start = ?",
        [next_monday],
    ).fetchall()
    speech = (2 + 100 * 0.25) / (2 + 100)
    vision = (0 + 100 * 0.75) / (2 + 100)
    assert found == [
        ("speech", 2, 1.0, 0.25, pytest.approx(speech), pytest.approx(speech - 0.25)),
        ("vision", 0, 0.0, 0.75, pytest.approx(vision), pytest.approx(vision - 0.75)),
    ]


def test_a_week_without_baseline_has_no_momentum(options: Settings) -> None:
    nine_weeks_later = MONDAY + timedelta(weeks=9)
    db = open_marts(
        options,
        papers=[
            paper("2611.00001", MONDAY, ai_keywords=["speech"]),
            paper("2611.00002", nine_weeks_later, ai_keywords=["speech"]),
        ],
    )
    found = db.execute("select week_start, share, momentum from tags.tag_momentum").fetchall()
    assert found == [(MONDAY, 1.0, None), (nine_weeks_later, 1.0, None)]
