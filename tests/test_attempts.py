"""Day states are decided by evidence."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from daily_papers.attempts import judge_attempts
from daily_papers.lake import ledger, raw
from daily_papers.quality.rules import RULES_VERSION
from daily_papers.sources.huggingface_format import parse_entry
from daily_papers.sources.response import FailedFetch

DAY = date(2026, 1, 6)
NEXT_MORNING = datetime(2026, 1, 7, 6, tzinfo=UTC)


@pytest.fixture
def judge(options):
    def run(*items):
        for item in items:
            raw.store(options.home, item)
        return judge_attempts(DAY, raw.read_day(options.home / "raw", DAY), options)

    return run


def many(entry, count):
    return [
        entry | {"paper": entry["paper"] | {"id": f"2601.{number:05}"}} for number in range(count)
    ]


def test_a_short_list_seen_the_next_morning_is_complete(judge, respond, sample_entry):
    (attempt,) = judge(respond([sample_entry]))
    assert (attempt.state, attempt.reason, attempt.rows_in) == ("complete", None, 1)


@pytest.mark.parametrize("total", ["²", "-1", "", "9" * 10, "9" * 5000])
def test_a_total_that_can_be_no_number_of_papers_says_nothing(judge, respond, sample_entry, total):
    (attempt,) = judge(respond([sample_entry], headers={"x-total-count": total}))
    assert (attempt.state, attempt.reason) == ("complete", None)


def test_a_list_seen_on_its_own_day_is_partial(judge, respond, sample_entry):
    at = datetime(2026, 1, 6, 23, 59, tzinfo=UTC)
    (attempt,) = judge(respond([sample_entry], fetched_at=at))
    assert (attempt.state, attempt.reason) == ("partial", "day_not_over")


def test_a_page_that_is_exactly_full_is_a_cap_hit(judge, respond, sample_entry):
    (attempt,) = judge(respond(many(sample_entry, 50), page_size=50))
    assert (attempt.state, attempt.reason) == ("partial", "cap_hit")


def test_fifty_rows_of_a_stored_call_of_unknown_limit_are_a_cap_hit(judge, respond, sample_entry):
    (attempt,) = judge(respond(many(sample_entry, 50), page_size=None))
    assert (attempt.state, attempt.reason) == ("partial", "cap_hit")


def test_exactly_the_default_number_is_a_cap_hit_even_when_more_was_asked_for(
    judge, respond, sample_entry
):
    (attempt,) = judge(respond(many(sample_entry, 50), page_size=100))
    assert (attempt.state, attempt.reason) == ("partial", "cap_hit")


def test_a_list_with_fewer_papers_than_were_known_is_no_proof(judge, respond, sample_entry):
    entries = many(sample_entry, 3)
    attempts = judge(
        respond(entries, fetched_at=datetime(2026, 1, 6, 20, tzinfo=UTC)), respond(entries[:2])
    )
    assert [a.reason for a in attempts] == ["day_not_over", "fewer_than_known"]


def test_a_list_that_lost_a_paper_is_whole_once_it_is_seen_so_again_later(
    judge, respond, sample_entry
):
    entries = many(sample_entry, 3)
    later = [NEXT_MORNING + timedelta(hours=h) for h in (0, 1, 7)]
    attempts = judge(
        respond(entries, fetched_at=datetime(2026, 1, 6, 20, tzinfo=UTC)),
        *(respond(entries[:2], fetched_at=at) for at in later),
    )
    assert [(a.state, a.reason) for a in attempts[1:]] == [
        ("partial", "fewer_than_known"),
        ("partial", "fewer_than_known"),
        ("complete", None),
    ]


def test_two_shorter_lists_of_different_papers_prove_nothing(judge, respond, sample_entry):
    entries = many(sample_entry, 3)
    attempts = judge(
        respond(entries, fetched_at=datetime(2026, 1, 6, 20, tzinfo=UTC)),
        respond(entries[:2]),
        respond(entries[1:], fetched_at=NEXT_MORNING + timedelta(hours=7)),
    )
    assert attempts[-1].reason == "fewer_than_known"


def test_a_paper_that_is_held_back_now_is_not_missing_from_the_list(judge, respond, sample_entry):
    entries = many(sample_entry, 3)
    spoilt = entries[0] | {"paper": entries[0]["paper"] | {"summary": ""}}
    attempts = judge(
        respond(entries, fetched_at=datetime(2026, 1, 6, 20, tzinfo=UTC)),
        respond([spoilt, *entries[1:]]),
    )
    assert (attempts[1].state, len(attempts[1].held)) == ("complete", 1)


def pages_of(respond, *pages):
    at = [NEXT_MORNING + timedelta(seconds=number) for number in range(len(pages))]
    return [
        respond(page, page_size=2, page=n, fetched_at=at[n], attempt_at=NEXT_MORNING)
        for n, page in enumerate(pages)
    ]


def test_full_pages_followed_by_a_short_one_are_complete(judge, respond, sample_entry):
    entries = many(sample_entry, 5)
    (attempt,) = judge(*pages_of(respond, entries[:2], entries[2:4], entries[4:]))
    assert (attempt.state, attempt.rows_in, len(attempt.rows)) == ("complete", 5, 5)


def test_a_paper_on_two_pages_tells_that_another_may_be_on_none(judge, respond, sample_entry):
    entries = many(sample_entry, 5)
    # the last but one rose to the top after the first page was read
    (attempt,) = judge(*pages_of(respond, entries[:2], entries[1:3], entries[4:]))
    assert (attempt.state, attempt.reason, len(attempt.rows)) == ("partial", "list_moved", 4)
    assert attempt.rows_duplicate == 1


def test_a_paper_that_is_twice_on_one_page_is_the_sources_own_repeat(judge, respond, sample_entry):
    first, second, third = many(sample_entry, 3)
    (attempt,) = judge(*pages_of(respond, [first, first, second], [third]))
    assert (attempt.state, attempt.rows_duplicate) == ("complete", 1)


def test_a_later_page_that_fails_makes_the_day_partial_and_keeps_the_rows(
    judge, respond, sample_entry
):
    (attempt,) = judge(
        respond(many(sample_entry, 2), page_size=2),
        respond(b"gone", page=1, page_size=2, status=500, attempt_at=NEXT_MORNING),
    )
    assert (attempt.state, attempt.reason, len(attempt.rows)) == ("partial", "http_status", 2)


def test_an_empty_list_is_empty_only_when_seen_again_later(judge, respond):
    later = [NEXT_MORNING + timedelta(hours=h) for h in (0, 1, 7)]
    attempts = judge(*(respond([], fetched_at=at) for at in later))
    assert [(a.state, a.reason) for a in attempts] == [
        ("partial", "empty_unconfirmed"),
        ("partial", "empty_unconfirmed"),
        ("empty", "empty_list"),
    ]


def test_an_empty_list_after_rows_were_seen_is_no_empty_day(judge, respond, sample_entry):
    later = [NEXT_MORNING + timedelta(hours=h) for h in (7, 14)]
    attempts = judge(respond([sample_entry]), *(respond([], fetched_at=at) for at in later))
    assert [(a.state, a.reason) for a in attempts] == [
        ("complete", None),
        ("partial", "fewer_than_known"),
        ("partial", "fewer_than_known"),
    ]
    assert ledger.decide_state([a.ledger_row() for a in attempts]).state == "complete"


def test_a_page_that_shows_another_day_brings_no_row(judge, respond):
    page = (
        b"<div data-target='DailyPapers' data-props='{&quot;dateString&quot;:&quot;2026-01-05&quot;"
        b",&quot;dailyPapers&quot;:[{&quot;paper&quot;:{}}]}'></div>"
    )
    at = [NEXT_MORNING, NEXT_MORNING + timedelta(hours=8)]
    attempts = judge(*(respond(page, source="huggingface_page", fetched_at=t) for t in at))
    assert [(a.state, a.reason, a.rows_in) for a in attempts] == [
        ("partial", "empty_unconfirmed", 0),
        ("empty", "shows_other_day", 0),
    ]


@pytest.mark.parametrize(
    ("body", "reason"), [(b"1", "not_a_list"), (b'[{"paper": ', "not_json"), (b"{}", "not_a_list")]
)
def test_a_broken_payload_is_a_failed_attempt_never_an_empty_day(judge, respond, body, reason):
    (attempt,) = judge(respond(body))
    assert (attempt.state, attempt.reason, attempt.rows) == ("failed", reason, [])


def test_no_response_at_all_is_a_failed_attempt(judge):
    (attempt,) = judge(FailedFetch("huggingface", DAY, NEXT_MORNING, "timed out", 4, 3, 80.0))
    row = attempt.ledger_row()
    assert (row["state"], row["error"], row["requests"]) == ("failed", "timed out", 4)


def test_a_list_of_python_strings_is_quarantined_row_by_row(judge, respond):
    (attempt,) = judge(respond(["{'paper': {'id': '2412.00001'}}"] * 3))
    assert [row["reason_code"] for row in attempt.held] == ["not_an_object"] * 3
    assert (attempt.state, attempt.reason) == ("failed", "no_usable_row")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": " \n "}, "title_empty"),
        ({"summary": ""}, "abstract_empty"),
        ({"upvotes": -1}, "count_negative"),
        ({"githubStars": -5}, "count_negative"),
        ({"publishedAt": "1890-01-01T00:00:00.000Z"}, "published_impossible"),
        ({"publishedAt": "2026-03-01T00:00:00.000Z"}, "published_impossible"),
        ({"submittedOnDailyAt": "2026-01-05T08:00:00.000Z"}, "wrong_day"),
        ({"authors": [{"_id": "x", "name": " ", "hidden": False}]}, "author_name_empty"),
        ({"id": "2503.0213"}, "id_malformed"),
    ],
)
def test_a_bad_row_is_held_alone_and_its_neighbours_land(
    judge, respond, sample_entry, change, code
):
    good, other = many(sample_entry, 2)
    bad = sample_entry | {"paper": sample_entry["paper"] | change}
    (attempt,) = judge(respond([good, bad, other]))
    assert [row["paper_id"] for row in attempt.rows] == ["2601.00000", "2601.00001"]
    (held,) = attempt.held
    assert (held["reason_code"], held["row_no"]) == (code, 1)
    assert held["rule_version"] == RULES_VERSION
    assert attempt.state == "complete"


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_of_thousands_of_digits_holds_its_own_row_alone(
    judge, respond, sample_entry, sign
):
    first, second = many(sample_entry, 2)
    first["paper"]["upvotes"] = "HERE"
    digits = sign + "9" * 5000
    (attempt,) = judge(respond(json.dumps([first, second]).replace('"HERE"', digits).encode()))
    assert attempt.state == "complete"
    assert [row["paper_id"] for row in attempt.rows] == ["2601.00001"]
    (held,) = attempt.held
    assert (held["reason_code"], held["paper_id"]) == ("count_too_large", "2601.00000")
    assert sign + "9" * 90 in held["row_json"]


def test_a_row_that_no_rule_foresaw_is_held_with_what_reading_it_raised(
    judge, respond, sample_entry, monkeypatch, caplog
):
    def read(entry):
        1 // entry["paper"]["upvotes"]
        return parse_entry(entry)

    monkeypatch.setattr("daily_papers.attempts.parse_entry", read)
    entries = many(sample_entry, 3)
    entries[1]["paper"]["upvotes"] = 0
    (attempt,) = judge(respond(entries))
    assert [row["row_no"] for row in attempt.rows] == [0, 2]
    (held,) = attempt.held
    assert (held["reason_code"], held["row_no"]) == ("unreadable", 1)
    assert held["reason"] == "ZeroDivisionError: integer division or modulo by zero"
    assert "Traceback" in caplog.text


def test_a_full_memory_is_no_fault_of_a_row(judge, respond, sample_entry, monkeypatch):
    def fail(entry):
        raise MemoryError

    monkeypatch.setattr("daily_papers.attempts.parse_entry", fail)
    with pytest.raises(MemoryError):
        judge(respond([sample_entry]))


def test_drift_from_the_known_format_is_in_the_ledger_with_an_example(judge, respond, sample_entry):
    entries = many(sample_entry, 3)
    entries[0]["paper"] |= {"citations": 3, "upvotes": "7"}
    del entries[1]["paper"]["title"]
    (attempt,) = judge(respond(entries))
    row = attempt.ledger_row()
    assert row["new_fields"] == ["paper.citations"]
    assert row["drift"] == [
        "new field paper.citations (integer) in 1 of 3 entries, e.g. 3",
        "paper.title missing in 1 of 3 entries, e.g. of 2601.00001",
        'paper.upvotes is string in 1 of 3 entries, expected integer, e.g. "7"',
    ]


def test_a_response_that_is_no_list_has_no_shape_and_no_drift(judge, respond):
    (attempt,) = judge(respond(b"1"))
    assert (attempt.shapes, attempt.ledger_row()["drift"]) == ([], [])


def test_stored_fetches_without_a_time_never_make_a_day_whole(judge, respond, sample_entry):
    at = datetime(2026, 1, 6, tzinfo=UTC)
    (attempt,) = judge(respond([sample_entry], fetched_at=at, is_time_assumed=True))
    assert (attempt.state, attempt.reason) == ("partial", "fetch_time_unknown")


WEEK = {"source": "huggingface_week", "listing_date": date(2026, 1, 5)}


def of_day(entry, day, number):
    paper = entry["paper"] | {
        "id": f"2601.{number:05}",
        "submittedOnDailyAt": f"{day}T09:00:00.000Z",
    }
    return entry | {"paper": paper}


def test_a_weeks_list_gives_each_day_its_own_entries_and_counts_its_cost_once(
    options, respond, sample_entry
):
    days = ["2026-01-05", "2026-01-06", "2026-01-06", "2026-01-08"]
    entries = [of_day(sample_entry, day, n) for n, day in enumerate(days)]
    strange = sample_entry | {"paper": {"id": "2601.00009"}}
    at = datetime(2026, 1, 9, 6, tzinfo=UTC)
    raw.store(options.home, respond([*entries, strange], fetched_at=at, **WEEK))
    judged = {}
    for day in (date(2026, 1, n) for n in range(5, 12)):
        stored = raw.read_day(options.home / "raw", day)
        (judged[day.day],) = judge_attempts(day, stored, options)
    assert [(n, a.rows_in, len(a.rows)) for n, a in judged.items()] == [
        (5, 2, 1),  # the strange one is held under the week's first day
        (6, 2, 2),
        (7, 0, 0),
        (8, 1, 1),
        (9, 0, 0),
        (10, 0, 0),
        (11, 0, 0),
    ]
    assert [a.reason for a in judged.values()] == [
        None,
        None,
        "empty_unconfirmed",
        None,
        "day_not_over",
        "day_not_over",
        "day_not_over",
    ]
    assert [a.ledger_row()["requests"] for a in judged.values()] == [1, 0, 0, 0, 0, 0, 0]
    shown = [next((s.entry_count for s in a.shapes), 0) for a in judged.values()]
    assert shown == [2, 2, 0, 1, 0, 0, 0]  # each day has the shape of its own entries


def test_weeks_lists_that_lack_a_day_make_it_empty_only_with_a_look_at_the_day(
    judge, respond, sample_entry
):
    entries = [of_day(sample_entry, "2026-01-07", n) for n in range(3)]
    at = [datetime(2026, 1, day, 7, tzinfo=UTC) for day in (12, 13, 14, 15)]
    attempts = judge(
        respond(entries, fetched_at=at[0], **WEEK),
        respond(entries, fetched_at=at[1], **WEEK),
        respond([], fetched_at=at[2]),
        respond(entries, fetched_at=at[3], **WEEK),
    )
    assert [(a.state, a.reason) for a in attempts] == [
        ("partial", "empty_unconfirmed"),
        ("partial", "empty_unconfirmed"),
        ("empty", "empty_list"),
        ("empty", "empty_list"),
    ]


def test_a_weeks_list_of_another_week_makes_no_day_empty(judge, respond, sample_entry):
    entries = [of_day(sample_entry, "2025-11-03", n) for n in range(3)]
    at = datetime(2026, 1, 19, 6, tzinfo=UTC)
    (attempt,) = judge(respond(entries, fetched_at=at, **WEEK))
    assert (attempt.state, attempt.reason) == ("failed", "other_period")


def test_a_paper_of_two_days_may_be_on_two_pages_of_a_weeks_list(judge, respond, sample_entry):
    days = ("2026-01-06", "2026-01-08")
    at = datetime(2026, 1, 19, 6, tzinfo=UTC)
    both = [of_day(sample_entry, day, 7) for day in days]
    (attempt,) = judge(
        *(
            respond([entry], page=n, page_size=1, fetched_at=at, **WEEK)
            for n, entry in enumerate(both)
        ),
        respond([], page=2, page_size=1, fetched_at=at, **WEEK),
    )
    assert (attempt.state, len(attempt.rows)) == ("complete", 1)


def test_a_capped_weeks_list_makes_no_day_empty(judge, respond, sample_entry):
    entries = [of_day(sample_entry, "2026-01-05", n) for n in range(100)]
    at = datetime(2026, 1, 19, 6, tzinfo=UTC)
    (attempt,) = judge(respond(entries, fetched_at=at, **WEEK))
    assert (attempt.state, attempt.reason, attempt.rows_in) == ("partial", "cap_hit", 0)
