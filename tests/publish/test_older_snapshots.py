"""Snapshots of other versions: whatever they lack, an output does without or says so."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from daily_papers.errors import InvalidInputError
from daily_papers.publish import dashboard, digest, feed, operator_views
from daily_papers.publish.digest_content import Kind
from daily_papers.publish.snapshot_reader import MissingInSnapshotError, open_snapshot
from handmade_snapshot import BENCHMARK, TABLES, TAG, publish_handmade
from selectolax.lexbor import LexborHTMLParser

COLUMNS = [
    ("core.papers", "ai_summary"),
    ("core.papers", "title"),
    ("core.listings", "listing_date"),
    ("ops.coverage", "is_held"),
    ("ops.coverage", "reason"),
    ("tags.tag_momentum", "baseline_share"),
    ("benchmarks.sota_timeline", "previous_score"),
    ("benchmarks.claims", "kind"),
    ("ops.quality_results", "severity"),
    ("ops.quarantine", "reason"),
    ("ops.runs", "rows_in"),
]


def make_all(options):
    """Make every output; return what the users are told of those that could not be made."""
    dashboard.build_dashboard(options)
    told = []
    for make in (
        *(lambda w=wanted: feed.write_feeds(options, w) for wanted in FEEDS),
        *(lambda k=kind: digest.make_digest(options, k, even_if_incomplete=True) for kind in Kind),
    ):
        try:
            make()
        except InvalidInputError as error:
            told.append(str(error))
    views = operator_views.OperatorViews(lambda: nullcontext(options), answer_within_s=120)
    for name in operator_views.PAGES:
        # in a thread of its own: the browser's tests leave a loop running in this one
        with ThreadPoolExecutor(1) as thread:
            page = thread.submit(asyncio.run, views.get_page(name)).result()
        assert page.status == 200, page.html
        told += [alert.text() for alert in LexborHTMLParser(page.html).css("[role=alert]")]
    return told


FEEDS = [None, [("tag", TAG)], [("author", "aa00000000000001")], [("benchmark", BENCHMARK)]]


def test_the_tables_made_by_hand_are_all_that_feeds_and_digests_need(options):
    publish_handmade(options)
    assert make_all(options) == []


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_not_there_ends_nothing_in_a_traceback(options, table):
    publish_handmade(options, {name: sql for name, sql in TABLES.items() if name != table})
    for told in make_all(options):
        assert "run `daily-papers build`" in told
        assert table in told or table.split(".")[1] in told


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_column_that_is_not_there_ends_nothing_in_a_traceback(options, table, column):
    older = {**TABLES, table: f"select * exclude ({column}) from ({TABLES[table]})"}
    publish_handmade(options, older)
    for told in make_all(options):
        assert "run `daily-papers build`" in told
        assert column in told


def test_what_is_missing_is_named_with_the_snapshot(options):
    manifest = publish_handmade(options)
    with (
        open_snapshot(options) as reader,
        pytest.raises(
            MissingInSnapshotError, match=rf"snapshot {manifest.id} lacks a part \(.*nope"
        ),
    ):
        reader.rows("select nope from core.papers")
