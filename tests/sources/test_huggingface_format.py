"""Payloads and entries of the source, read strictly."""

import json
from datetime import UTC, date, datetime

import pytest
from daily_papers.quality.reasons import RowRejectedError
from daily_papers.quality.shape import find_drift, profile
from daily_papers.sources.huggingface_fields import FIELDS
from daily_papers.sources.huggingface_format import (
    BadPayloadError,
    parse_entry,
    read_payload,
)
from daily_papers.sources.listings import API, PAGE


def test_an_entry_becomes_a_row_with_utc_times_and_a_text_id(sample_entry):
    row = parse_entry(sample_entry)
    assert row["paper_id"] == sample_entry["paper"]["id"]
    assert row["published_at"].tzinfo is UTC
    assert row["authors"][0]["position"] == 1
    assert row["upvotes"] == sample_entry["paper"]["upvotes"]


def test_the_papers_own_time_is_used_not_the_new_york_time_labelled_utc(sample_entry):
    sample_entry["publishedAt"] = "2026-01-05T19:00:00.000Z"
    sample_entry["paper"]["publishedAt"] = "2026-01-06T00:00:00.000Z"
    assert parse_entry(sample_entry)["published_at"] == datetime(2026, 1, 6, tzinfo=UTC)


def test_wrapped_text_is_joined(sample_entry):
    sample_entry["paper"]["title"] = "A title\n  wrapped  by arXiv"
    assert parse_entry(sample_entry)["title"] == "A title wrapped by arXiv"


def test_an_author_is_known_by_the_account_not_by_the_authorship(sample_entry):
    sample_entry["paper"]["authors"] = [
        {"_id": "a" * 24, "name": "Ada", "hidden": False},
        {"_id": "b" * 24, "name": "Bo", "hidden": False, "user": {"_id": "c" * 24, "user": "bo"}},
        {"_id": "d" * 24, "name": "Cy", "hidden": True, "user": {"id": "e" * 24}},
    ]
    authors = parse_entry(sample_entry)["authors"]
    assert [a["account_id"] for a in authors] == [None, "c" * 24, "e" * 24]
    assert [a["is_hidden"] for a in authors] == [False, False, True]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda e: e.pop("paper"), "field_missing"),
        (lambda e: e.update(paper=[]), "wrong_type"),
        (lambda e: e["paper"].pop("id"), "id_missing"),
        (lambda e: e["paper"].update(id=2503.0213), "id_malformed"),
        (lambda e: e["paper"].update(id="2503.0213"), "id_malformed"),
        (lambda e: e["paper"].update(title=7), "wrong_type"),
        (lambda e: e["paper"].update(upvotes="7"), "wrong_type"),
        (lambda e: e["paper"].update(upvotes=True), "wrong_type"),
        (lambda e: e["paper"].pop("upvotes"), "field_missing"),
        (lambda e: e["paper"].pop("publishedAt"), "field_missing"),
        (lambda e: e["paper"].update(publishedAt="yesterday"), "date_malformed"),
        (lambda e: e["paper"].update(publishedAt="2026-01-06T00:00:00"), "date_malformed"),
        (lambda e: e["paper"].update(publishedAt="0001-01-01T00:00:00+23:59"), "date_malformed"),
        (lambda e: e["paper"].update(authors=[]), "field_missing"),
        (lambda e: e["paper"].update(authors=["Ada"]), "wrong_type"),
        (lambda e: e["paper"].update(ai_keywords=[1]), "wrong_type"),
        (lambda e: e.pop("numComments"), "field_missing"),
    ],
)
def test_a_spoilt_entry_is_rejected_under_its_code(sample_entry, spoil, code):
    spoil(sample_entry)
    with pytest.raises(RowRejectedError) as caught:
        parse_entry(sample_entry)
    assert caught.value.code == code


def test_an_entry_that_is_a_string_is_rejected():
    with pytest.raises(RowRejectedError, match="the entry is a str"):
        parse_entry("{'paper': {'id': '2412.00001'}}")


@pytest.mark.parametrize(
    ("source", "status", "body", "code"),
    [
        (API, 200, b"1", "not_a_list"),
        (API, 200, b'{"status": "success", "data": []}', "not_a_list"),
        (API, 200, b'[{"paper": {"id": "2601.0', "not_json"),
        (API, 200, b"<html>busy</html>", "not_json"),
        (API, 200, b"\xff\xfe\x00", "not_json"),
        (API, 200, b"[" * 100_000, "not_json"),
        (API, 503, b"[]", "http_status"),
        (PAGE, 200, b"<html><body>Maintenance</body></html>", "no_props"),
    ],
)
def test_a_payload_that_is_no_list_is_refused_with_a_code(source, status, body, code):
    with pytest.raises(BadPayloadError) as caught:
        read_payload(source, status, body)
    assert caught.value.code == code


def test_the_real_page_gives_the_same_entries_as_the_api(shared):
    body = (shared / "captures" / "daily_papers_2024-08-01.html").read_bytes()
    payload = read_payload(PAGE, 200, body)
    assert payload.shown_date == date(2024, 8, 1)
    rows = [parse_entry(entry) for entry in payload.entries]
    assert len({row["paper_id"] for row in rows}) == 13
    assert find_drift(profile(payload.entries), FIELDS, payload.shown_date) == []


def test_the_undated_calls_parse_too(shared):
    for path in sorted((shared / "hf_api" / "compact").glob("*.json")):
        entries = read_payload(API, 200, path.read_bytes()).entries
        assert all(parse_entry(entry)["title"] for entry in entries)
        assert json.loads(path.read_bytes()) == entries
