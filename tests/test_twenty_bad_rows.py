"""Twenty kinds of bad rows among the sample's real ones: each is found, every good one flows."""

import copy
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from daily_papers import healing, ingest
from daily_papers.lake import quarantine, raw
from daily_papers.quality.reasons import REASONS, RowRejectedError
from daily_papers.quality.rules import check_row
from daily_papers.settings import SAMPLE_DIR
from daily_papers.warehouse import build, query

DAYS = [date(2026, 1, day) for day in range(5, 10)]


def paper(**fields: Any):
    return lambda entry: entry["paper"].update(fields) or entry


def without(*path: str):
    def spoil(entry):
        item = entry
        for name in path[:-1]:
            item = item[name]
        del item[path[-1]]
        return entry

    return spoil


BAD_ROWS = {
    "text instead of an entry": ("not_an_object", lambda _: "@{paper=; publishedAt=}"),
    "no paper": ("field_missing", without("paper")),
    "no upvotes": ("field_missing", without("paper", "upvotes")),
    "paper is a list": ("wrong_type", lambda entry: entry | {"paper": ["2601.00001"]}),
    "upvotes as text": ("wrong_type", paper(upvotes="12")),
    "an author as text": ("wrong_type", paper(authors=["Ada Lovelace"])),
    "no id": ("id_missing", without("paper", "id")),
    "an id that lost a digit as a number": ("id_malformed", paper(id="2601.0213")),
    "an address instead of an id": ("id_malformed", paper(id="https://arxiv.org/abs/2601.02130")),
    "half a surrogate pair": ("text_unreadable", paper(title="half a \ud83e")),
    "a blank title": ("title_empty", paper(title=" \n ")),
    "no abstract": ("abstract_empty", without("paper", "summary")),
    "a blank author": ("author_name_empty", paper(authors=[{"name": " ", "hidden": False}])),
    "a date in words": ("date_malformed", paper(publishedAt="Jan 5, 2026")),
    "a time without zone": ("date_malformed", paper(publishedAt="2026-01-05T00:00:00")),
    "published before arXiv": ("published_impossible", paper(publishedAt="1970-01-01T00:00:00Z")),
    "published after it was seen": (
        "published_impossible",
        paper(publishedAt="2026-03-01T00:00:00Z"),
    ),
    "upvotes beyond 64 bits": ("count_too_large", paper(upvotes=2**63)),
    "upvotes below zero": ("count_negative", paper(upvotes=-1)),
    "another day's entry": ("wrong_day", paper(submittedOnDailyAt="2025-12-01T08:00:00.000Z")),
}


@pytest.fixture
def planted(options, respond):
    """Land a week of the sample with four bad rows a day; return where each was planted."""
    where = {}
    kinds = iter(BAD_ROWS.items())
    good_ids = set()
    for day in DAYS:
        entries = json.loads((SAMPLE_DIR / f"{day}.next_day.json").read_text(encoding="utf-8"))
        good_ids |= {entry["paper"]["id"] for entry in entries}
        for place in (1, 4, 7, 10):
            name, (_, spoil) = next(kinds)
            entry = copy.deepcopy(entries[0])
            entry["paper"]["id"] = f"2601.9{len(where):04}"
            entries.insert(place, spoil(entry))
            where[day, place] = name
        at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + timedelta(days=1)
        raw.store(
            options.home, respond(json.dumps(entries).encode(), listing_date=day, fetched_at=at)
        )
        ingest.land_day(day, options)
    return options, where, good_ids


def test_each_bad_row_is_held_under_its_code_and_every_good_one_is_in_the_mart(planted):
    options, where, good_ids = planted
    assert len(BAD_ROWS) == 20
    # a day's own list need not name a day, an impossible time is of all rows, and nobody
    # foresees the unforeseen
    of_one_row = REASONS.keys() - {"day_unknown", "seen_impossible", "unreadable"}
    assert {code for code, _ in BAD_ROWS.values()} == of_one_row
    held = {
        (row["listing_date"], row["row_no"]): row["reason_code"]
        for day in DAYS
        for row in quarantine.read_day(options.home, day).to_pylist()
    }
    assert held == {place: BAD_ROWS[name][0] for place, name in where.items()}

    build.build(options)
    published = query.run_query(options, "select paper_id from core.papers").to_pylist()
    assert {row["paper_id"] for row in published} == good_ids
    counted = query.run_query(
        options, "select reason_code, count(*) as n from ops.quarantine group by all"
    ).to_pylist()
    expected = [code for code, _ in BAD_ROWS.values()]
    assert {row["reason_code"]: row["n"] for row in counted} == {
        code: expected.count(code) for code in expected
    }


def test_a_loosened_rule_brings_the_healed_rows_into_the_mart(planted, monkeypatch):
    options, _, good_ids = planted
    build.build(options)

    def check_all_but_publication(row, day, observed_at):
        try:
            check_row(row, day, observed_at)
        except RowRejectedError as error:
            if error.code != "published_impossible":
                raise

    monkeypatch.setattr("daily_papers.attempts.check_row", check_all_but_publication)
    monkeypatch.setattr("daily_papers.quality.rules.RULES_VERSION", "77")
    days = healing.days_with_held_rows(options, date.min, date.max)
    releases = list(healing.release_days(days, options, dry_run=False))
    healing.judge_released(releases, options)
    build.build(options)

    released = [row for release in releases for row in release.released]
    assert [row["reason_code"] for row in released] == ["published_impossible"] * 2
    assert sum(len(release.still_held) for release in releases) == 18
    healed = {row["paper_id"] for row in released}
    ids = query.run_query(options, "select paper_id from core.papers").to_pylist()
    assert {row["paper_id"] for row in ids} == good_ids | healed
    rows = query.run_query(
        options,
        "select paper_id, rule_version, released_by_rule_version from ops.quarantine "
        "where is_released",
    ).to_pylist()
    assert {row["paper_id"] for row in rows} == healed
    assert {row["released_by_rule_version"] for row in rows} == {"77"}
    assert "77" not in {row["rule_version"] for row in rows}
