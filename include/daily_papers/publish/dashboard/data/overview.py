"""Overview: how much there is, how fresh it is, which days are whole."""

from typing import Any

from daily_papers.publish.dashboard.data.payloads import Put, to_table
from daily_papers.publish.dashboard.data.tags import source_column
from daily_papers.publish.snapshot_reader import MissingInSnapshotError, SnapshotReader

# a day of the calendar is one letter
STATE_LETTERS = {
    "complete": "c",
    "empty": "e",
    "partial": "p",
    "failed": "f",
    "unknown": "u",
    "held": "h",
}
COVERAGE_COLUMNS = ("state", "reason", "is_held", "held_reason")
SHOWN_STATE = "case when is_held then 'held' else state end"
_IS_WHOLE = "state in ('complete', 'empty') and not is_held"


def export_coverage(reader: SnapshotReader, put: Put) -> None:
    """Put every listing day's state and number of papers, from the first day on."""
    days = reader.rows(f"""
        select listing_date, {SHOWN_STATE} as state, paper_count, reason, held_reason
        from ops.coverage order by listing_date
    """)
    reasons = {
        str(day["listing_date"]): day["held_reason"] or day["reason"]
        for day in days
        if day["held_reason"] or day["reason"]
    }
    put(
        "overview/coverage",
        {
            "first": days[0]["listing_date"] if days else None,
            "states": "".join(STATE_LETTERS[day["state"]] for day in days),
            "papers": [day["paper_count"] for day in days],
            "reasons": reasons,
        },
    )


def export_newest(reader: SnapshotReader, put: Put) -> None:
    """Put the ten papers with the most upvotes on the newest list."""
    rows = reader.rows("""
        select
            listings.rank, papers.paper_id, papers.title, papers.upvotes,
            papers.organization_name as organization, listings.listing_date
        from core.listings as listings
        inner join core.papers as papers using (paper_id)
        where listings.listing_date = (select max(listing_date) from core.listings)
        order by papers.upvotes desc nulls last, papers.paper_id
        limit 10
    """)
    put("overview/newest", to_table(rows))


def export_rising(reader: SnapshotReader, put: Put) -> None:
    """Put the tags that gained the most share in the newest week."""
    source = source_column(reader, "tags.tag_momentum")
    rows = reader.rows(f"""
        with keywords as (
            select
                {source} as source, tag, week_start, listing_count, share, baseline_share,
                momentum
            from tags.tag_momentum as tag_momentum
            where {source} = 'ai_keywords'
        )

        select * from keywords
        where
            week_start = (select max(week_start) from keywords)
            and momentum > 0 and listing_count > 1
        order by momentum desc, tag
        limit 10
    """)
    put("overview/rising", to_table(rows))


def read_totals(reader: SnapshotReader) -> list[dict[str, Any]]:
    """Return the figures at the head of the overview; what has no table or column is left out.

    Returns:
        One {metric, label, value, note} a figure; value is a number or a day.
    """
    questions = [
        ("papers", "Papers", "known by id or title", "core.papers", "count(*)"),
        (
            "whole_days",
            "Whole days",
            "complete, or confirmed empty",
            "ops.coverage",
            f"count(*) filter (where {_IS_WHOLE})",
        ),
        (
            "newest_whole_day",
            "Newest whole day",
            "",
            "ops.coverage",
            f"max(listing_date) filter (where {_IS_WHOLE})",
        ),
        ("observations", "Observations", "of a paper's counts", "core.observations", "count(*)"),
        ("authors", "Authors", "clusters of printed names", "authors.authors", "count(*)"),
        ("organizations", "Organizations", "from 2025-10", "authors.organizations", "count(*)"),
        ("tags", "Tags", "of all kinds", "tags.tags", "count(*)"),
        ("claims", "Reported numbers", "with their quotes", "benchmarks.claims", "count(*)"),
    ]
    totals = []
    for metric, label, note, table, value in questions:
        try:
            (row,) = reader.rows(f"select {value} as value from {table}")
        except MissingInSnapshotError:
            continue
        totals.append({"metric": metric, "label": label, "value": row["value"], "note": note})
    return totals
