"""Feeds: what they hold, that they are valid, and that nothing in them changes by itself."""

import dataclasses
import json
from datetime import date
from pathlib import Path

import feedparser
import handmade
import jsonschema
import pytest
from daily_papers.errors import InvalidInputError
from daily_papers.publish import feed, feed_formats
from daily_papers.publish.snapshot_reader import open_snapshot
from daily_papers.publish.words import clean_for_xml, shorten
from daily_papers.warehouse.query import run_query
from hostile import HOSTILE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

DATA = Path(__file__).parent / "data"
ATOM = etree.RelaxNG(etree.parse(DATA / "atom.rng"))
JSON_FEED = jsonschema.Draft202012Validator(
    json.loads((DATA / "jsonfeed-1.1.schema.json").read_text())
)


def write(options, *wanted, **changes) -> tuple[feedparser.FeedParserDict, dict]:
    """Write one feed, hold both its forms against their formats, return them as read."""
    if changes:
        options = options.model_copy(update=changes)
    atom_path, json_path = feed.write_feeds(options, wanted or None)
    atom, document = atom_path.read_bytes(), json.loads(json_path.read_text())
    check(atom, document)
    parsed = feedparser.parse(atom)
    assert not parsed.bozo
    return parsed, document


def check(atom: bytes, document: dict) -> None:
    tree = etree.fromstring(atom)
    ATOM.assertValid(tree)
    ids = [element.text for element in tree.iterfind("{*}entry/{*}id")]
    assert len(set(ids)) == len(ids)  # what a schema cannot say, like the next
    for entry in tree.iterfind("{*}entry"):
        kinds = [
            (link.get("rel", "alternate"), link.get("type"), link.get("hreflang"))
            for link in entry.iterfind("{*}link")
        ]
        assert len(set(kinds)) == len(kinds)
    JSON_FEED.validate(document)
    assert [item["id"] for item in document["items"]] == ids


def test_new_papers_come_newest_first(options, published):
    parsed, document = write(options)
    assert [entry.id.rpartition("/")[2] for entry in parsed.entries][:4] == [
        "2601.00004",
        "2601.00003",
        "2601.00001",
        "2601.00002",
    ]
    assert parsed.feed.updated == "2026-01-07T00:00:00+00:00"
    first = document["items"][0]
    assert first["url"] == "https://huggingface.co/papers/2601.00004"
    assert first["external_url"] == "https://arxiv.org/abs/2601.00004"
    assert first["date_published"] == "2026-01-07T00:00:00+00:00"


def test_hostile_text_is_text_in_both_forms(options, published):
    parsed, document = write(options)
    entry = parsed.entries[2]
    assert entry.title_detail.type == "text/plain"
    assert entry.title == HOSTILE
    assert [author.name for author in entry.authors] == ["Ada Lovelace", "O'Neil <b>"]
    assert "\x0b" not in entry.summary  # XML cannot hold it
    assert document["items"][2]["title"] == HOSTILE
    assert HOSTILE in document["items"][2]["tags"]


def test_a_feed_names_the_days_that_may_still_gain_papers(options, published):
    parsed, _ = write(options)
    assert "not complete yet: 2026-01-07 (partial)" in parsed.feed.subtitle


def test_a_second_run_gives_the_same_bytes_and_votes_change_nothing(options, published):
    paths = feed.write_feeds(options)
    before = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in feed.write_feeds(options)] == before

    seen_again = handmade.paper("2601.00003", handmade.TUESDAY, upvotes=99, ai_keywords=["Speech"])
    handmade.write_lake(options.home, papers=[seen_again], attempts=[])
    assert handmade.build_warehouse(options).snapshot_id != published.id
    assert [path.read_bytes() for path in feed.write_feeds(options)] == before


def test_a_feed_is_as_long_as_the_option_says(options, published):
    parsed, _ = write(options, feed_entry_limit=2)
    assert len(parsed.entries) == 2


def test_a_tag_is_found_in_any_spelling(options, published):
    for spelling in ("speech", "Speech", "SPEECH"):
        parsed, _ = write(options, ("tag", spelling))
        assert parsed.feed.title == "Daily Papers: tag Speech"
        ids = [entry.id.rpartition("/")[2] for entry in parsed.entries]
        assert ids == ["2601.00003", "2601.00001", "2601.00002"]


def test_a_feed_keeps_its_id_and_no_two_share_one(options, published):
    ids = [write(options, *wanted)[0].feed.id for wanted in ([], [("tag", "speech")])]
    assert ids[0] == "urn:uuid:5a7f4f5a-d614-5a44-a310-14116b6e051d"
    assert ids[1] not in ("", ids[0])


def test_an_author_is_asked_for_by_id(options, published):
    sql = "select author_id from authors.authors where name = 'O''Neil <b>'"
    author_id = run_query(options, sql).to_pylist()[0]["author_id"]
    parsed, _ = write(options, ("author", author_id))
    assert [entry.id.rpartition("/")[2] for entry in parsed.entries] == ["2601.00001"]


def test_a_benchmark_is_found_by_its_alias(options, published):
    parsed, _ = write(options, ("benchmark", "gsm-8k"))
    assert parsed.feed.title == "Daily Papers: benchmark GSM8K"
    assert len(parsed.entries) == 1


def test_a_benchmark_feed_quotes_what_the_paper_reports(options, published, put_table):
    claim = {
        "paper_id": "2601.00001",
        "benchmark": "GSM8K",
        "owner": "own",
        "field": "abstract",
        "start_offset": 80,
        "quote": "score 90 on GSM8K",
    }
    other = claim | {"owner": "other", "quote": "a rival's 80"}
    put_table("benchmarks.claims", [claim, other])
    parsed, _ = write(options, ("benchmark", "GSM8K"))
    assert "“score 90 on GSM8K”" in parsed.entries[0].summary
    assert "rival" not in parsed.entries[0].summary


@pytest.mark.parametrize(
    ("kind", "text", "near"),
    [
        ("tag", "speach", "near: speech"),
        ("benchmark", "gsm9k", "near: GSM8K"),
        ("author", "ada lovelace", "by a name like it: Ada Lovelace ("),
    ],
)
def test_an_unknown_one_is_an_error_that_names_near_ones(options, published, kind, text, near):
    with pytest.raises(InvalidInputError, match=f"no {kind} .*{text}.*") as caught:
        feed.write_feeds(options, [(kind, text)])
    assert near in str(caught.value)
    assert not feed.feed_dir(options).exists()


def test_what_differs_by_case_or_hyphen_is_the_tag_of_most_papers(options, published, put_table):
    put_table(
        "tags.tags",
        [
            {"source": "ai_keywords", "tag": "agent", "label": "agents", "paper_count": 1},
            {"source": "taxonomy", "tag": "agents", "label": "agents", "paper_count": 70},
            {"source": "taxonomy", "tag": "language-models", "label": "x", "paper_count": 9},
        ],
    )
    with open_snapshot(options) as reader:
        for text, tag in [
            ("Agents", "agents"), ("AGENTS", "agents"), ("agent", "agent"),
            ("Language-Models", "language-models"), ("language models", "language-models"),
        ]:  # fmt: skip
            assert feed.find_selection(reader, "tag", text).key == tag


def test_an_author_is_found_by_an_id_that_went_in_a_merge(options, published, put_table):
    with open_snapshot(options) as reader:
        ada = reader.rows("select author_id from authors.authors where name = 'Ada Lovelace'")[0]
        (place,) = reader.rows(
            "select paper_id, position from authors.authorships where author_id = ? "
            "order by all limit 1",
            ada["author_id"],
        )
    put_table(
        "authors.identity_events",
        [
            {
                "change_no": 1,
                "old_author_id": "awent",
                "authorship_count": 1,
                **place,
            }
        ],
    )
    with open_snapshot(options) as reader:
        assert feed.find_selection(reader, "author", "awent").key == ada["author_id"]
        with pytest.raises(InvalidInputError, match="no author has the id 'anobody'"):
            feed.find_selection(reader, "author", "anobody")


def test_a_feed_that_is_not_there_holds_no_other_up(options, published):
    asked = options.model_copy(update={"feeds": "tag:nope; author:a0; tag:speech"})
    with pytest.raises(InvalidInputError, match=r"no tag 'nope'.*no author has the id 'a0'"):
        feed.write_feeds(asked)
    written = {path.name for path in feed.feed_dir(options).rglob("*.json")}
    assert written == {"new.json", "speech.json"}


def test_a_missing_table_is_named(options, published, put_table):
    put_table("tags.tags", None)
    with pytest.raises(InvalidInputError, match=r"has no table tags\.tags"):
        feed.write_feeds(options, [("tag", "speech")])
    put_table("tags.paper_tags", None)
    _, document = write(options)
    assert "tags" not in document["items"][0]


def test_an_empty_warehouse_says_what_to_do(run):
    code, _, errors = run("feed")
    assert code == 2
    assert "run `daily-papers build`" in errors


def test_the_command_writes_where_it_is_told(options, published, run, tmp_path):
    code, out, errors = run("feed", "--tag", "speech", "--out", tmp_path / "feeds", "--json")
    assert code == 0, errors
    files = [str(tmp_path / "feeds/tag" / name) for name in ("speech.atom.xml", "speech.json")]
    assert json.loads(out) == {"files": files}
    code, _, errors = run("feed", "--tag", "speech", "--author", "x")
    assert code == 2
    assert "give one of" in errors


def test_the_option_names_the_feeds_that_are_written_each_time(options, published):
    asked = options.model_copy(update={"feeds": "tag: Speech; benchmark:GSM8K ;"})
    paths = [
        path.relative_to(feed.feed_dir(options)).as_posix() for path in feed.write_feeds(asked)
    ]
    assert paths[0] == "new.atom.xml"
    assert paths[2] == "tag/speech.atom.xml"
    assert paths[4].startswith("benchmark/gsm8k-")
    with pytest.raises(InvalidInputError, match="'speech' is no feed"):
        feed.read_wanted("speech")


def test_a_served_feed_names_its_own_address(options, published):
    parsed, document = write(options, feed_base_url="https://example.org/feeds/")
    assert document["feed_url"] == "https://example.org/feeds/new.json"
    (own,) = [link.href for link in parsed.feed.links if link.rel == "self"]
    assert own == "https://example.org/feeds/new.atom.xml"


def test_two_keys_of_one_slug_get_two_files():
    names = ("a b", "a-b", "A b", "../../etc/passwd", "日本語", "x" * 300)
    paths = [feed.Selection("tag", key, key).path for key in names]
    assert len(set(paths)) == len(names)
    assert all(len(path) < 80 and path.count("/") == 1 and ".." not in path for path in paths)


def test_the_validators_see_what_is_wrong(options, published):
    atom_path, json_path = feed.write_feeds(options)
    tree = etree.fromstring(atom_path.read_bytes())
    tree.remove(tree.find("{*}updated"))
    assert not ATOM.validate(tree)
    document = json.loads(json_path.read_text())
    del document["items"][0]["content_text"]
    assert not JSON_FEED.is_valid(document)


TEXT = st.text(max_size=60)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=TEXT, name=TEXT, tag=TEXT, summary=TEXT)
def test_any_text_gives_a_valid_feed(title, name, tag, summary):
    entry = feed_formats.Entry(
        id="https://example.org/1",
        arxiv_url="https://example.org/2",
        title=title,
        authors=(name,) if clean_for_xml(name).strip() else (),
        tags=((tag, tag),),
        summary=summary,
        listed_on=date(2026, 1, 5),
    )
    made = feed_formats.Feed(
        id="urn:uuid:00000000-0000-0000-0000-000000000000",
        title="x",
        subtitle="y",
        updated_on=date(2026, 1, 5),
        home_page_url="https://example.org",
        self_url=None,
        entries=(entry, dataclasses.replace(entry, id="https://example.org/3")),
    )
    check(feed_formats.to_atom(made), json.loads(feed_formats.to_json(made)))


@given(text=TEXT, most=st.integers(1, 40))
def test_shortened_text_fits_and_begins_like_the_text(text, most):
    short = shorten(text, most)
    assert len(short) <= most
    assert " ".join(text.split()).startswith(short.removesuffix("…"))
