"""The shape of a list of entries: what is recorded, and what of it counts as drift."""

import json
import random
from copy import deepcopy
from datetime import date

import pytest
from daily_papers.quality.shape import (
    Shape,
    find_drift,
    find_lacking,
    find_vanished,
    parent_of,
    profile,
)
from daily_papers.settings import SAMPLE_DIR
from daily_papers.sources.huggingface_fields import FIELDS
from hypothesis import given
from hypothesis import strategies as st

DAY = date(2026, 1, 6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4)
    ),
    max_leaves=30,
)


def shapes_of(entries):
    return {(shape.path, shape.type): shape for shape in profile(entries)}


def texts(entries, day=DAY):
    return [found.text for found in find_drift(profile(entries), FIELDS, day)]


@pytest.fixture
def entries():
    path = SAMPLE_DIR / "2026-01-06.next_day.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_profile_counts_fields_where_their_parent_is_and_list_elements_one_by_one():
    found = profile(
        [
            {"paper": {"id": "1", "authors": [{"name": "B"}, {"name": "A", "user": {}}]}},
            {"paper": {"id": 2, "authors": []}},
            {"paper": None},
        ]
    )
    assert found == [
        Shape("[]", "", "object", 3, 3, "{paper}"),
        Shape("paper", "[]", "null", 1, 3, "null"),
        Shape("paper", "[]", "object", 2, 3, "{authors, id}"),
        Shape("paper.authors", "paper", "array", 2, 2, "[2 elements in all]"),
        Shape("paper.authors[]", "paper.authors", "object", 2, 2, "{name, user}"),
        Shape("paper.authors[].name", "paper.authors[]", "string", 2, 2, '"A"'),
        Shape("paper.authors[].user", "paper.authors[]", "object", 1, 2, "{}"),
        Shape("paper.id", "paper", "integer", 1, 2, "2"),
        Shape("paper.id", "paper", "string", 1, 2, '"1"'),
    ]


@pytest.mark.parametrize("path", [path for path in FIELDS if path != "[]"])
def test_every_known_fields_parent_is_known(path):
    assert FIELDS[parent_of(path)].type == ("array" if path.endswith("[]") else "object")


def test_prose_is_never_quoted_and_examples_are_short(entries):
    entries[0]["paper"]["abstract_fr"] = "Court."
    entries[0]["paper"]["translation"] = "Nous proposons une méthode. " * 20
    found = shapes_of(entries)
    for path in ("summary", "paper.summary", "paper.abstract_fr", "paper.translation"):
        assert found[path, "string"].example.startswith("text of "), path
    assert max(len(shape.example) for shape in found.values()) <= 60


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            lambda e: e["paper"].update(citations=3),
            "new field paper.citations (integer) in 1 of 2 entries, e.g. 3",
        ),
        (
            lambda e: e["paper"].update(topics=["vision"]),
            'new field paper.topics (array) in 1 of 2 entries, e.g. "vision"',
        ),
        (
            lambda e: e["paper"].update(upvotes="7"),
            'paper.upvotes is string in 1 of 2 entries, expected integer, e.g. "7"',
        ),
        (
            lambda e: e["paper"].update(upvotes=7.5),
            "paper.upvotes is number in 1 of 2 entries, expected integer, e.g. 7.5",
        ),
        (
            lambda e: e["paper"].update(githubRepo=None),
            "paper.githubRepo is null in 1 of 2 entries, expected string, e.g. null",
        ),
        (lambda e: e["paper"].pop("title"), "paper.title missing in 1 of 2 entries"),
        (lambda e: e.pop("thumbnail"), "thumbnail missing in 1 of 2 entries"),
        (
            lambda e: e["paper"]["authors"][0].pop("name"),
            "paper.authors[].name missing in 1 of 3 elements",
        ),
        (
            lambda e: e["paper"]["authors"][0].update(orcid={"id": "0000", "url": "x"}),
            "new field paper.authors[].orcid (object) in 1 of 3 elements, e.g. {id, url}",
        ),
    ],
)
def test_each_kind_of_drift_is_found_once_with_an_example(entries, change, text):
    entries = entries[:2]
    entries[0]["paper"]["authors"] = entries[0]["paper"]["authors"][:1]
    entries[1]["paper"]["authors"] = entries[1]["paper"]["authors"][:2]
    assert texts(entries) == []
    change(entries[0])
    assert texts(entries) == [text]


def test_a_field_is_missed_only_from_the_day_on_since_which_it_is_always_there(entries):
    for entry in entries:
        del entry["submittedBy"]["isUserFollowing"]
    count = len(entries)
    missing = f"submittedBy.isUserFollowing missing in {count} of {count} entries"
    assert texts(entries, date(2026, 1, 7)) == [missing]
    assert texts(entries, date(2026, 1, 6)) == []


def test_an_optional_field_may_be_missing(entries):
    for entry in entries:
        entry["paper"].pop("githubRepo", None)
        entry.pop("organization", None)
    assert texts(entries) == []


def test_an_optional_field_that_all_lack_at_once_is_told_of_the_days_before(entries):
    usual = [profile(entries)] * 3
    for entry in entries:
        entry["paper"].pop("githubRepo", None)
        entry.pop("submittedBy")
    found = {drift.path: drift.text for drift in find_vanished(profile(entries), usual)}
    count = len(entries)
    assert found["submittedBy"].startswith(
        f"submittedBy is gone: none of {count} entries has it, 100% had it before, e.g. "
    )
    assert not [path for path in found if path.startswith("submittedBy.")]
    assert find_vanished(profile(entries[:1]), usual) == []  # one entry is no evidence
    assert find_vanished(profile(entries), []) == []


def test_a_field_that_few_have_may_be_lacked_by_all(entries):
    for entry in entries:
        entry["paper"].pop("githubRepo", None)
    bare = profile(entries)
    entries[0]["paper"]["githubRepo"] = "https://example.org"
    assert find_vanished(bare, [profile(entries)] * 3) == []


@pytest.mark.parametrize(
    ("path", "numbers"),
    [("title", [1]), ("paper.title", [2]), ("paper.authors[].name", [3]), ("paper.x.y", [])],
)
def test_the_entries_that_lack_a_field_are_found(path, numbers):
    entries = [
        {"title": "", "paper": {"title": "", "authors": [{"name": ""}]}},
        {"paper": {"title": ""}},
        {"title": "", "paper": {"authors": []}},
        {"title": "", "paper": {"title": "", "authors": [{"name": ""}, {}]}},
        "no object",
    ]
    assert find_lacking(entries, path) == [entries[number] for number in numbers]


def test_entries_that_are_no_objects_are_one_finding():
    assert texts(["{'paper': 1}", "{'paper': 2}"]) == [
        "[] is string in 2 of 2 entries, expected object, e.g. \"{'paper': 1}\""
    ]


def test_an_object_whose_keys_are_data_is_one_field():
    entries = [{"votes": {f"user{n}": n for n in range(500)}}]
    found = [(shape.path, shape.type, shape.entry_count) for shape in profile(entries)]
    assert found == [("[]", "object", 1), ("votes", "object", 1), ("votes.*", "integer", 500)]


def test_a_hostile_payload_gives_a_bounded_profile():
    wide = {f"a{a}": {f"b{b}": {"c": a} for b in range(150)} for a in range(150)}
    assert len(profile([wide])) <= 2200
    deep = 1
    for _ in range(800):
        deep = {"d": [deep]}
    assert len(profile([deep])) <= 2200


def test_keys_that_look_like_paths_do_not_pass_for_other_fields():
    long = "k" * 100
    entries = [{"paper": {"id": "1"}, "paper.id": 2, "a[]": 3, "": 4, f"{long}x": 5, f"{long}y": 6}]
    paths = [shape.path for shape in profile(entries)]
    assert len(set(paths)) == len(paths) == 8
    assert paths.count("paper.id") == 1


@given(st.lists(JSON, max_size=6), st.randoms())
def test_any_json_has_a_profile_that_no_order_changes(entries, rng: random.Random):
    found = profile(entries)
    keys = [(shape.path, shape.type) for shape in found]
    assert keys == sorted(set(keys))
    for shape in found:
        assert 0 < shape.entry_count <= shape.possible_count
        assert len((shape.path + shape.parent + shape.example).encode()) < 10_000
    find_drift(found, FIELDS, DAY)
    assert profile(shuffle(entries, rng)) == found


def shuffle(value, rng):
    if isinstance(value, list):
        return rng.sample([shuffle(item, rng) for item in value], len(value))
    if isinstance(value, dict):
        items = [(key, shuffle(item, rng)) for key, item in value.items()]
        return dict(rng.sample(items, len(items)))
    return deepcopy(value)
