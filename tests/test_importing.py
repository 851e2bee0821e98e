"""A saved file, whatever its form, comes to the same lake as if the source had said it."""

import json
from datetime import UTC, date, datetime
from itertools import permutations

import pytest
import zstandard
from daily_papers import importing, ingest, planner
from daily_papers.dedupe.titles import make_provisional_id
from daily_papers.errors import InvalidInputError
from daily_papers.lake import ledger, papers, quarantine, raw
from daily_papers.sources.listings import API, API_MIXED, CAPTURE, PAGE, PAGE_MONTH, PAGE_SEARCH
from daily_papers.warehouse import build, query
from saved_files import LONG, make_capture, make_entry, make_page

DAY = date(2026, 1, 6)
NEXT_MORNING = datetime(2026, 1, 7, 6, tzinfo=UTC)


@pytest.fixture
def take_in(options, tmp_path):
    """Import content as a file of a name that tells nothing."""

    def run(body, day=DAY, fetched_at=None, home=None):
        path = tmp_path / "saved"
        path.write_bytes(body.encode() if isinstance(body, str) else body)
        here = options if home is None else options.model_copy(update={"home": home})
        return importing.import_file(path, day, here, fetched_at)

    return run


def titled(entry, number, title, day="2026-01-06"):
    return make_entry(entry, f"2601.{number:05}", day, title=title)


def ids(options, day=DAY):
    return papers.read_day(options.home, day)["paper_id"].to_pylist()


# --- what a file is -------------------------------------------------------------------


def test_the_real_page_is_the_13_papers_of_its_day_and_proves_that_it_was_over(options, shared):
    path = shared / "captures" / "daily_papers_2024-08-01.html"
    day = date(2024, 8, 1)
    result = importing.import_file(path, day, options)
    (landed,) = result.landed
    assert (result.saved.source, landed.paper_count) == (PAGE, 13)
    # an author's claim in it was decided on 2024-08-09
    assert (landed.state, result.is_time_assumed) == ("complete", False)
    assert result.fetched_at.date() == date(2024, 8, 9)
    (stored,) = raw.read_day(options.home / "raw", day)
    assert stored.read_body() == path.read_bytes()


def test_the_real_page_as_another_day_is_refused_with_what_it_shows(options, shared):
    path = shared / "captures" / "daily_papers_2024-08-01.html"
    with pytest.raises(InvalidInputError, match="shows the list of 2024-08-01, not of 2024-08-02"):
        importing.import_file(path, date(2024, 8, 2), options)
    assert not (options.home / "raw").exists()


def test_the_real_capture_is_39_papers_with_provisional_ids(options, shared):
    (path,) = (shared / "captures").glob("000_*.txt")
    result = importing.import_file(path, date(2025, 9, 1), options)
    (landed,) = result.landed
    assert (landed.state, landed.reason, landed.paper_count) == ("partial", "capture", 39)
    rows = papers.read_day(options.home, date(2025, 9, 1)).to_pylist()
    assert all(row["paper_id"].startswith("title:") for row in rows)
    assert {row["upvotes"] for row in rows} == {row["authors"] for row in rows} == {None}
    assert not (options.home / "lake" / "observations").exists()
    ingest.judge_days([date(2025, 9, 1)], options)


def test_an_api_response_is_the_list_of_its_day(take_in, sample_entry):
    entries = [make_entry(sample_entry, f"2601.{n:05}", "2026-01-06") for n in range(3)]
    result = take_in(json.dumps(entries), fetched_at=NEXT_MORNING)
    assert (result.saved.source, result.is_time_assumed) == (API, False)
    assert [(d.state, d.paper_count) for d in result.landed] == [("complete", 3)]


def test_a_compressed_file_is_stored_as_the_response_it_holds(take_in, sample_entry, options):
    body = json.dumps([make_entry(sample_entry, "2601.00001", "2026-01-06")]).encode()
    take_in(zstandard.ZstdCompressor().compress(body))
    (stored,) = raw.read_day(options.home / "raw", DAY)
    assert stored.read_body() == body


def test_without_a_time_the_day_stays_open(take_in, sample_entry):
    body = json.dumps([make_entry(sample_entry, "2601.00001", "2026-01-06")])
    result = take_in(body)
    assert (result.landed[0].state, result.landed[0].reason) == ("partial", "fetch_time_unknown")
    assert result.fetched_at.replace(microsecond=0) == datetime(2026, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("claimed_at", "state"),
    [
        ("2026-01-06T23:59:59Z", "partial"),
        ("2026-01-07T00:00:01Z", "complete"),
        ("0001-01-01T00:00:00+23:59", "partial"),
    ],
)
def test_a_claim_decided_after_the_day_proves_that_its_list_was_final(
    take_in, sample_entry, claimed_at, state
):
    author = {"name": "Ada Lovelace", "hidden": False, "statusLastChangedAt": claimed_at}
    entry = make_entry(sample_entry, "2601.00001", "2026-01-06", authors=[author])
    result = take_in(json.dumps([entry]))
    assert (result.landed[0].state, result.is_time_assumed) == (state, state == "partial")


def test_two_files_of_unknown_time_are_two_attempts_in_either_order(
    take_in, sample_entry, tmp_path, lake_files
):
    bodies = [json.dumps([make_entry(sample_entry, f"2601.0000{n}", "2026-01-06")]) for n in (1, 2)]
    homes = [tmp_path / "a", tmp_path / "b"]
    for home, order in zip(homes, (bodies, bodies[::-1]), strict=True):
        for body in order:
            landed = take_in(body, home=home).landed[0]
        assert (len(landed.attempts), landed.paper_count) == (2, 2)
    assert lake_files(homes[0]) == lake_files(homes[1])


@pytest.mark.parametrize(
    ("period", "shown", "days"),
    [
        ("week", "2026-01-05", 7),
        ("week", "2026-01-08", 7),
        ("week", "2026-W02", 7),
        ("month", "2026-01-31", 31),
        ("month", "2026-01", 31),
    ],
)
def test_a_week_or_month_page_lands_every_day_of_it_and_proves_none(
    take_in, sample_entry, period, shown, days
):
    entries = [
        make_entry(sample_entry, f"2601.0000{n}", day)
        for n, day in enumerate(("2026-01-05", "2026-01-06", "2026-01-06", "2026-01-08"))
    ]
    page = make_page(entries, periodType=period, dateString=shown)
    result = take_in(page, fetched_at=datetime(2026, 2, 2, tzinfo=UTC))
    counts = {day.listing_date.isoformat(): day.paper_count for day in result.landed}
    assert len(counts) == days
    assert {day: n for day, n in counts.items() if n} == {
        "2026-01-05": 1,
        "2026-01-06": 2,
        "2026-01-08": 1,
    }
    assert {(d.state, d.reason) for d in result.landed} == {("partial", f"{period}_page")}


def test_a_day_with_fewer_papers_than_the_months_page_showed_is_not_whole(
    take_in, sample_entry, options
):
    entries = [make_entry(sample_entry, f"2601.0000{n}", "2026-01-06") for n in range(3)]
    page = make_page(entries, periodType="month", dateString="2026-01")
    take_in(page, fetched_at=datetime(2026, 2, 2, tzinfo=UTC))
    assert DAY in {gap.listing_date for gap in planner.plan(DAY, DAY, options).days}
    short = take_in(json.dumps(entries[:2]), fetched_at=datetime(2026, 2, 3, tzinfo=UTC))
    assert short.landed[0].reason == "fewer_than_known"
    whole = take_in(json.dumps(entries), fetched_at=datetime(2026, 2, 4, tzinfo=UTC))
    assert (whole.landed[0].state, whole.landed[0].paper_count) == ("complete", 3)


def test_a_week_page_of_unknown_time_was_saved_no_earlier_than_its_last_entry(
    take_in, sample_entry
):
    entries = [
        make_entry(sample_entry, f"2601.0000{n}", f"2026-01-0{n}") for n in (5, 9)
    ]  # the second is published on the day of its list
    result = take_in(make_page(entries, periodType="week", dateString="2026-01-05"))
    assert result.fetched_at.date() == date(2026, 1, 9)
    assert [d.paper_count for d in result.landed] == [1, 0, 0, 0, 1, 0, 0]


def test_a_page_of_entries_without_a_day_is_held_and_proves_nothing(take_in, sample_entry, options):
    entries = [make_entry(sample_entry, f"2411.0000{n}") for n in range(3)]
    page = make_page(entries, periodType="month", dateString="2024-11-01")
    for fetched_at in (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)):
        result = take_in(page, date(2024, 11, 5), fetched_at)
    assert result.saved.source is PAGE_MONTH
    assert {day.state for day in result.landed} == {"failed"}
    held = quarantine.read_day(options.home, date(2024, 11, 1)).to_pylist()
    assert [row["reason_code"] for row in held] == ["day_unknown"] * 3
    assert sum(day.quarantined_count for day in result.landed) == 6  # three rows, two sightings


SEARCH_DAYS = ("2026-01-05", "2026-01-06", "2026-01-06", "2026-01-15")


@pytest.mark.parametrize(
    "props",
    [
        {"periodType": "day", "query": "speech", "dateString": "2026-01-20"},
        {"query": {"q": "speech"}},
        {"isTrending": True, "periodType": "day", "dateString": "2026-01-20"},
        {"dateString": "2026-01-20"},
    ],
)
def test_a_search_page_gives_each_day_its_own_entries_and_proves_no_day(
    take_in, sample_entry, options, props
):
    entries = [make_entry(sample_entry, f"2601.0000{n}", day) for n, day in enumerate(SEARCH_DAYS)]
    strange = make_entry(sample_entry, "2601.00009")
    result = take_in(make_page([*entries, strange], **props), fetched_at=datetime.now(UTC))
    assert result.saved.source is PAGE_SEARCH
    landed = [(str(d.listing_date), d.paper_count, d.quarantined_count) for d in result.landed]
    assert landed == [("2026-01-05", 1, 1), ("2026-01-06", 2, 0), ("2026-01-15", 1, 0)]
    assert {(d.state, d.reason) for d in result.landed} == {("partial", "search")}
    stored = [raw.read_day(options.home / "raw", d.listing_date)[0] for d in result.landed]
    assert len({response.sha256 for response in stored}) == 1


def test_an_api_response_of_several_days_proves_none_of_them(take_in, sample_entry):
    entries = [make_entry(sample_entry, f"2601.0000{n}", day) for n, day in enumerate(SEARCH_DAYS)]
    result = take_in(json.dumps(entries), fetched_at=NEXT_MORNING.replace(month=2))
    assert result.saved.source is API_MIXED
    assert [(d.paper_count, d.reason) for d in result.landed] == [
        (1, "several_days"),
        (2, "several_days"),
        (1, "several_days"),
    ]


def test_importing_twice_changes_nothing(take_in, sample_entry, options, lake_files):
    bodies = [
        make_capture([("A Title", LONG)]),
        json.dumps([make_entry(sample_entry, "2601.00001", "2026-01-06")]),
        make_page(
            [make_entry(sample_entry, "2601.00002", "2026-01-08")],
            periodType="week",
            dateString="2026-01-05",
        ),
    ]
    for body in bodies:
        take_in(body)
    before = lake_files(options.home)
    stored = sorted((options.home / "raw").rglob("*"))
    for body in bodies[::-1]:
        take_in(body)
    assert lake_files(options.home) == before
    assert sorted((options.home / "raw").rglob("*")) == stored


# --- what is refused ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is empty: expected a saved HTML page"),
        (b" \n\t", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "no UTF-8 text; expected a saved HTML page"),
        (b"\x28\xb5\x2f\xfdrubbish", "cannot be read: damaged zstd"),
        (zstandard.ZstdCompressor().compress(b"[" + b" " * 99 + b"]")[:-3], "damaged zstd"),
        (b"hello", "no line with a date such as 'Sep 1'; expected"),
        (b"1", "no line with a date"),
        (b"<html><body>Service unavailable</body></html>", "no DailyPapers data-props"),
        (b"[1, 2", "no JSON .*; expected"),
        (b'{"error": "not found"}', "expected a JSON list, got dict"),
        (b'[1, "x"]', "a JSON list, but none of its 2 entries has a paper"),
        (make_page([], periodType="year", dateString="2026-01-06"), "unknown period 'year'"),
        (make_page([], periodType=["week"]), "unknown period"),
        (make_page([], periodType="week"), "does not say which week it shows"),
        (make_page([], dateString="soon"), "the page's date 'soon' is no day"),
        (make_page([], dateString="2026-01-05"), "shows the list of 2026-01-05, not of 2026-01-06"),
        (
            make_page([], periodType="week", dateString="2026-01-12"),
            "shows the week of 2026-01-12 .. 2026-01-18, which does not hold 2026-01-06",
        ),
        (
            make_page([], periodType="month", dateString="2025-12"),
            "shows the month of 2025-12-01 .. 2025-12-31, which does not hold 2026-01-06",
        ),
        (make_capture([("A", "On a.")], "Sep 1"), "shows the list of Sep 1, not of 2026-01-06"),
        (make_capture([("A", "On a.")], "Jan 6, 2025"), "list of Jan 6, 2025, not of 2026-01-06"),
        (
            make_capture([("A", "On a."), ("Jan 7", ""), ("B", "On b.")]),
            "list of Jan 6 and Jan 7, not of",
        ),
    ],
)
def test_what_is_no_list_of_the_day_is_refused_and_leaves_nothing(take_in, options, body, message):
    with pytest.raises(InvalidInputError, match=message) as refused:
        take_in(body)
    assert "\n" not in str(refused.value)
    assert not options.home.exists()


@pytest.mark.parametrize(
    ("days", "day", "message"),
    [
        (["2026-01-05"], DAY, "holds the list of 2026-01-05, not of 2026-01-06"),
        (["2026-01-04", "2026-01-05"], DAY, "papers of 2026-01-04 .. 2026-01-05, none of them of"),
        ([None], DAY, r"a list from before 2025-03-17 \(no entry names its day\), not of"),
        ([None], date(2024, 8, 1), "holds the list of 2026-01-06, not of 2024-08-01"),
        (["2999-01-01"], DAY, "an entry of 2999-01-01, a day that can have no list"),
    ],
)
def test_an_api_response_of_another_day_is_refused(take_in, sample_entry, days, day, message):
    entries = [
        make_entry(sample_entry, f"2601.0000{n}", d) | {"publishedAt": "2026-01-06T01:00:00.000Z"}
        for n, d in enumerate(days)
    ]
    with pytest.raises(InvalidInputError, match=message):
        take_in(json.dumps(entries), day)


@pytest.mark.parametrize(
    ("fetched_at", "message"),
    [
        (datetime(2026, 1, 5, 23, tzinfo=UTC), "too early: .* only from 2026-01-06T00:00:00Z on"),
        (datetime(2999, 1, 1, tzinfo=UTC), "--fetched-at 2999-01-01T00:00:00Z is in the future"),
    ],
)
def test_a_time_at_which_it_cannot_have_been_saved_is_refused(take_in, fetched_at, message):
    with pytest.raises(InvalidInputError, match=message):
        take_in(make_capture([("A", "On a.")]), fetched_at=fetched_at)


def test_a_file_beyond_the_limit_is_refused_packed_or_not(take_in, options, tmp_path):
    small = options.model_copy(update={"max_response_bytes": 1000})
    for body in (b"[" + b" " * 2000 + b"]", zstandard.compress(b"[" + b" " * 2000 + b"]")):
        path = tmp_path / "saved"
        path.write_bytes(body)
        with pytest.raises(InvalidInputError, match="more than 1000 bytes"):
            importing.import_file(path, DAY, small)


def test_a_missing_file_and_a_folder_are_said(options, tmp_path):
    for path, reason in ((tmp_path / "no", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(InvalidInputError, match=reason):
            importing.import_file(path, DAY, options)


# --- titles and ids -------------------------------------------------------------------


def test_a_capture_and_the_api_of_a_day_are_one_list_in_either_order(
    take_in, sample_entry, tmp_path, lake_files
):
    capture = make_capture([("Title One", LONG), ("TITLE—two", LONG), ("Title Three", LONG)])
    api = json.dumps([titled(sample_entry, 1, "Title one"), titled(sample_entry, 2, "Title Two")])
    later = json.dumps([titled(sample_entry, 2, "Title two, renamed")])
    steps = [
        lambda home: take_in(capture, home=home, fetched_at=NEXT_MORNING.replace(day=9)),
        lambda home: take_in(api, home=home, fetched_at=NEXT_MORNING),
        lambda home: take_in(later, home=home, fetched_at=NEXT_MORNING.replace(day=8)),
    ]
    seen = []
    for number, order in enumerate(permutations(steps)):
        home = tmp_path / str(number)
        for step in order:
            step(home)
        seen.append(lake_files(home))
    assert all(lake == seen[0] for lake in seen)
    rows = papers.read_day(tmp_path / "0", DAY).to_pylist()
    assert [(r["paper_id"], r["title"], r["observation_count"]) for r in rows] == [
        ("2601.00001", "Title one", 2),
        ("2601.00002", "Title two, renamed", 3),
        (make_provisional_id("Title Three"), "Title Three", 1),
    ]
    # counts stay those of the last response that had any, with its time
    assert [row["last_observed_at"].day for row in rows] == [7, 8, 9]
    assert [row["upvotes"] is None for row in rows] == [False, False, True]
    assert rows[0]["authors"]


def test_two_papers_of_one_title_leave_the_capture_undecided(take_in, sample_entry, options):
    take_in(json.dumps([titled(sample_entry, n, "Same title") for n in (1, 2)]))
    take_in(make_capture([("Same Title", LONG)]))
    assert ids(options) == ["2601.00001", "2601.00002", make_provisional_id("same title")]


def test_a_capture_never_makes_a_whole_day_less(take_in, sample_entry, options):
    take_in(make_capture([(f"Title {n}", LONG) for n in range(9)]))
    api = json.dumps([titled(sample_entry, 1, "Another")])
    result = take_in(api, fetched_at=NEXT_MORNING)
    assert (result.landed[0].state, result.landed[0].paper_count) == ("complete", 10)
    assert [row["reason"] for row in ledger.read_day(options.home, DAY)] == ["capture", None]


def test_a_title_without_an_abstract_is_held_with_its_reason(take_in, options):
    result = take_in(make_capture([("A", LONG), ("B", "")]))
    (held,) = quarantine.read_day(options.home, DAY).to_pylist()
    assert (held["reason_code"], json.loads(held["row_json"])["title"]) == ("abstract_empty", "B")
    assert (result.saved.source, result.landed[0].paper_count) == (CAPTURE, 1)


@pytest.fixture
def publish(options):
    def run(sql):
        build.build(options)
        return query.run_query(options, sql).to_pylist()

    return run


LISTED = """
    select listings.listing_date::varchar as day, listings.paper_id, listings.provisional_id,
        papers.is_provisional
    from core.listings as listings
    inner join core.papers as papers on listings.paper_id = papers.paper_id
    order by listings.listing_date, listings.paper_id"""


def test_across_days_a_title_becomes_its_paper_and_an_ambiguous_one_stays_visible(
    take_in, sample_entry, publish
):
    clear, both = make_provisional_id("Clear"), make_provisional_id("Both")
    take_in(make_capture([("Clear", LONG), ("Both", LONG)]))
    assert {row["paper_id"] for row in publish(LISTED)} == {both, clear}
    entries = [
        titled(sample_entry, n, title, "2026-01-07")
        for n, title in enumerate(("CLEAR!", "Both", "both"))
    ]
    take_in(json.dumps(entries), date(2026, 1, 7))
    rows = [tuple(row.values()) for row in publish(LISTED)]
    assert rows == [
        ("2026-01-06", "2601.00000", clear, False),
        ("2026-01-06", both, both, True),
        ("2026-01-07", "2601.00000", None, False),
        ("2026-01-07", "2601.00001", None, False),
        ("2026-01-07", "2601.00002", None, False),
    ]
