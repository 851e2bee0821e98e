"""lake/arxiv: a function of raw/, whatever came first; raw/ keeps lists and arXiv apart."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as pq
import pytest
from arxiv_answers import atom, deleted, entry, error_entry, oai, record
from daily_papers import schema
from daily_papers.errors import CorruptFileError
from daily_papers.ingest import land_day
from daily_papers.lake import arxiv, raw
from daily_papers.sources.response import FailedFetch, Response
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

DAY = date(2026, 1, 10)
NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
IDS = ("2601.00001", "2601.00002")


def answer(body: bytes, minute: int = 0, ids=IDS, **changes) -> Response:
    fetched_at = NOON + timedelta(minutes=minute)
    source = "arxiv_oai" if b"<OAI-PMH" in body else "arxiv_api"
    values = {
        "source": source,
        "listing_date": fetched_at.date(),
        "attempt_at": fetched_at,
        "page": 0,
        "page_size": None,
        "url": "https://example.org/api/query",
        "status": 200,
        "fetched_at": fetched_at,
        "body": body,
        "requests": 1,
        "ids": () if source == "arxiv_oai" else ids,
    }
    return Response(**values | changes)


def land(options, *responses) -> list[dict]:
    for response in responses:
        raw.store(options.home, response)
    arxiv.land_day(DAY, options)
    return arxiv.read_day(options.home, DAY).to_pylist()


def brief(rows) -> list[tuple]:
    return [(r["paper_id"], r["version"], r["source"][6:], r["is_known"]) for r in rows]


def test_known_and_unknown_ids_each_leave_a_row(options):
    rows = land(options, answer(atom(entry("2601.00001", 2, doi="10.1/x"))))
    assert brief(rows) == [("2601.00001", 2, "api", True), ("2601.00002", None, "api", False)]
    assert (rows[0]["doi"], rows[0]["fetched_at"]) == ("10.1/x", NOON.replace(tzinfo=None))
    assert [rows[1][name] for name in ("is_latest", "title", "categories")] == [None] * 3
    assert pq.read_schema(arxiv.partition_path(options.home, DAY)).equals(schema.ARXIV)


def test_the_newest_answer_of_a_day_wins_and_other_versions_stay(options):
    early, late = entry("2601.00001", 1, doi="10.1/old"), entry("2601.00001", 1, doi="10.1/new")
    rows = land(
        options,
        answer(atom(late), 5, ids=IDS[:1]),
        answer(atom(early), 1, ids=IDS[:1]),
        answer(atom(entry("2601.00001", 2)), 9, ids=IDS[:1]),
    )
    assert [(r["version"], r["doi"]) for r in rows] == [(1, "10.1/new"), (2, None)]


def test_oai_rows_stand_beside_the_apis(options):
    dates = ("Fri, 02 Jan 2026 10:00:00 GMT", "Sat, 03 Jan 2026 10:00:00 GMT")
    rows = land(
        options,
        answer(atom(entry("2601.00001", 2)), ids=IDS[:1]),
        answer(oai(record("2601.00001", *dates), deleted("2601.00009"))),
    )
    assert brief(rows) == [
        ("2601.00001", 1, "oai", True),
        ("2601.00001", 2, "api", True),
        ("2601.00001", 2, "oai", True),
        ("2601.00009", None, "oai", False),
    ]


def test_answers_that_say_nothing_leave_no_partition(options):
    rows = land(
        options,
        answer(b"down", status=503),
        answer(b"<feed", 1),
        answer(atom(error_entry("start must be an integer")), 2, status=400),
        FailedFetch("arxiv_api", DAY, NOON, "no route", 4, 3, 9.0),
    )
    assert rows == []
    assert arxiv.days(options.home) == []


def test_a_rejection_speaks_of_the_named_id_alone(options):
    fault = atom(error_entry("incorrect id format for 2601.00002"))
    rows = land(options, answer(fault, status=400))
    assert brief(rows) == [("2601.00002", None, "api", False)]


RESPONSES = [
    answer(atom(entry("2601.00001"), entry("2601.00002", 3))),
    answer(atom(entry("2601.00001", doi="10.1/x"), entry("2601.00001", doi="10.1/y")), 1),
    answer(atom(entry("2601.00002", 3, comment="same minute")), 1),
    answer(atom(), 2),
    answer(oai(record("2601.00001"), record("2601.00001", license="l")), 2),
    answer(b"down", 3, status=503),
    answer(atom(entry("2601.00001", 2)), 60 * 24),
]


@given(order=st.permutations(RESPONSES), stops=st.integers(0, len(RESPONSES)))
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_order_of_the_same_answers_gives_the_same_bytes(options, lake_files, order, stops):
    """Landed at any point in between, or only at the end."""
    shutil.rmtree(options.home, ignore_errors=True)
    for response in RESPONSES:
        raw.store(options.home, response)
    assert arxiv.land_all(options) == [DAY, DAY + timedelta(days=1)]
    expected = lake_files(options.home, "arxiv")
    assert len(expected) == 2

    shutil.rmtree(options.home)
    for response in order[:stops]:
        raw.store(options.home, response)
    arxiv.land_all(options)
    for response in order[stops:]:
        raw.store(options.home, response)
    arxiv.land_all(options)
    assert lake_files(options.home, "arxiv") == expected


def test_landing_again_rewrites_nothing(options):
    land(options, RESPONSES[0])
    path = arxiv.partition_path(options.home, DAY)
    before = path.stat().st_mtime_ns
    arxiv.land_day(DAY, options)
    assert path.stat().st_mtime_ns == before


def test_damage_in_raw_is_named(options):
    meta = raw.store(options.home, RESPONSES[0])
    next(meta.parent.glob("*.zst")).write_bytes(b"junk")
    with pytest.raises(CorruptFileError, match="restore it from a backup"):
        arxiv.land_day(DAY, options)


def test_an_arxiv_answer_is_no_response_of_a_listing_day(options, respond):
    """Fetched on a day that is a listing date too, in the same archive."""
    raw.store(options.home, answer(atom(entry("2601.00001"))))
    assert raw.read_day(options.home / "raw", DAY) == []
    assert raw.stored_days(options.home / "raw") == []
    assert land_day(DAY, options).state == "unknown"

    listing = respond([], listing_date=DAY)
    raw.store(options.home, listing)
    assert [r.source for r in raw.read_day(options.home / "raw", DAY)] == [listing.source]
    assert raw.stored_days(options.home / "raw") == [DAY]
    assert [r.source for r in raw.read_source(options.home / "raw", "arxiv_api", DAY)] == [
        "arxiv_api"
    ]


def test_the_ids_asked_for_are_noted_and_others_metas_stay_as_they_were(options, respond):
    asked = json.loads(raw.store(options.home, RESPONSES[0]).read_text())
    assert asked["ids"] == list(IDS)
    assert "ids" not in json.loads(raw.store(options.home, respond([])).read_text())
