"""ops.coverage on handmade ledgers: which attempt decides, and what landed papers forbid."""

from datetime import date
from typing import Any

import pytest
from daily_papers.settings import Settings
from handmade import MONDAY, attempt, open_marts, paper, quarantined

COMPLETE = attempt(MONDAY, "complete", 9)
EMPTY = attempt(MONDAY, "empty", 10, reason="confirmed_empty")
PARTIAL = attempt(MONDAY, "partial", 11, reason="day_not_over")
FAILED = attempt(MONDAY, "failed", 12, reason="http_error", error="503")
PAPER = paper("2601.00001", MONDAY)


@pytest.mark.parametrize(
    ("attempts", "papers", "state", "reason"),
    [
        ([COMPLETE, PARTIAL, FAILED], [PAPER], "complete", None),
        ([EMPTY, FAILED], [], "empty", "confirmed_empty"),
        ([FAILED, PARTIAL], [PAPER], "partial", "day_not_over"),
        ([FAILED], [], "failed", "http_error"),
        ([EMPTY, PARTIAL], [PAPER], "partial", "day_not_over"),
        ([EMPTY], [PAPER], "partial", "confirmed_empty"),
        ([FAILED], [PAPER], "partial", "http_error"),
        ([], [PAPER], "partial", "no_attempt_recorded"),
    ],
)
def test_best_attempt_decides(
    attempts: list[Any], papers: list[Any], state: str, reason: str | None, options: Settings
) -> None:
    db = open_marts(options, attempts=attempts, papers=papers)
    found = db.execute(
        "select state, reason, attempt_count from ops.coverage where listing_date = ?", [MONDAY]
    ).fetchall()
    assert found == [(state, reason, len(attempts))]


def test_the_latest_of_equal_attempts_gives_the_reason(options: Settings) -> None:
    later = attempt(MONDAY, "failed", 20, reason="timeout", requests=4)
    db = open_marts(options, attempts=[FAILED, later])
    found = db.execute("select reason, requests from ops.coverage order by 1 limit 1").fetchall()
    assert found == [("timeout", 5)]


def test_every_day_since_the_first_stands_there(options: Settings) -> None:
    db = open_marts(options, attempts=[FAILED])
    first, last, days = db.execute(
        "select min(listing_date), max(listing_date), count(*) from ops.coverage"
    ).fetchall()[0]
    assert (first, last, days) == (date(2023, 5, 4), MONDAY, (MONDAY - date(2023, 5, 4)).days + 1)
    unknown = db.execute("select distinct state from ops.coverage where attempt_count = 0")
    assert unknown.fetchall() == [("unknown",)]


def test_released_rows_leave_the_count_of_quarantine_but_not_the_table(options: Settings) -> None:
    released = quarantined(MONDAY, 1, released_at=PAPER["last_observed_at"])
    db = open_marts(options, papers=[PAPER], quarantine=[quarantined(MONDAY), released])
    count = "select quarantined_count from ops.coverage where listing_date = ?"
    assert db.execute(count, [MONDAY]).fetchall() == [(1,)]
    assert db.execute("select is_released from ops.quarantine").fetchall() == [(False,), (True,)]


def test_a_run_is_costed_once_and_numbered_within_its_day(options: Settings) -> None:
    db = open_marts(options, attempts=[FAILED, COMPLETE])
    runs = db.execute("select attempt_no, state from ops.runs order by attempt_no").fetchall()
    assert runs == [(1, "complete"), (2, "failed")]
    costs = db.execute("select step, requests, size_bytes, seconds from ops.costs").fetchall()
    assert costs == [("fetch", 1, 1000, 0.5)] * 2


def test_what_arxiv_was_asked_is_costed_by_batch_and_is_no_run_at_a_list(options: Settings) -> None:
    page = {
        "source": "arxiv_oai",
        "fetched_on": MONDAY,
        "attempt_at": COMPLETE["attempt_at"],
        "requests": 2,
        "retries": 1,
        "size_bytes": 10,
        "seconds": 0.1,
    }
    pages = [page | {"page": 0}, page | {"page": 1, "seconds": 0.2}]
    db = open_marts(options, attempts=[COMPLETE], arxiv_requests=pages)
    costs = db.execute(
        "select listing_date, requests, retries, size_bytes, seconds from ops.costs "
        "where step = 'enrich'"
    )
    assert costs.fetchall() == [(MONDAY, 4, 2, 20, 0.3)]
    assert db.execute("select count(*) from ops.runs").fetchall() == [(1,)]
    check = (options.sql_dir / "checks/costs__run_exists.sql").read_text()
    assert db.execute(check).fetchall() == []
