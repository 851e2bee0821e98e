"""Papers: lists by day, week and month as of any time, and what is known of each paper."""

from typing import Any

from daily_papers.publish.dashboard.data.overview import COVERAGE_COLUMNS, SHOWN_STATE
from daily_papers.publish.dashboard.data.payloads import (
    Put,
    group,
    put_shards,
    to_table,
)
from daily_papers.publish.snapshot_reader import SnapshotReader

FIRST_ROWS = 100  # shown before anyone searches; the rest is loaded with the first search


def export_lists(reader: SnapshotReader, put: Put) -> None:
    """Put the papers listed in each month with all observations.

    From these the browser ranks them as core.top_papers(from_day, to_day, ts) does.
    """
    put("papers/days", to_table(_read_days(reader)))
    observations = _read_observations(reader)
    rows = reader.rows("""
        select
            strftime(listings.listing_date, '%Y-%m') as month,
            listings.listing_date, listings.paper_id, listings.first_observed_at,
            papers.title, papers.organization_name as organization
        from core.listings as listings
        inner join core.papers as papers using (paper_id)
        order by listings.listing_date, listings.paper_id
    """)
    for row in rows:
        row["observations"] = observations.get(row["paper_id"], [])
    for month, listed in sorted(group(rows, "month").items()):
        put(f"papers/month/{month}", to_table(listed))


def export_index(reader: SnapshotReader, put: Put) -> None:
    """Put every paper's title and counts; those with the most upvotes also on their own."""
    rows = reader.rows("""
        select
            paper_id, title, first_listed_on, upvotes, comments,
            organization_name as organization
        from core.papers
        order by upvotes desc nulls last, paper_id
    """)
    put("papers/first", to_table(rows[:FIRST_ROWS]) | {"row_count": len(rows)})
    put("papers/index", to_table(rows))


def export_details(reader: SnapshotReader, put: Put) -> None:
    """Put all that is known of each paper, in files by the month in its id."""
    details = {
        row["paper_id"]: row
        for row in reader.rows("""
            select
                paper_id, title, abstract, published_on, upvotes, comments, github_repo,
                github_stars, project_page, organization_slug, organization_name, categories,
                duplicate_of, last_observed_at
            from core.papers
        """)
    }
    parts: dict[str, dict[str, Any]] = {"observations": _read_observations(reader)}
    parts["listings"] = _group_values(
        reader,
        """
        select paper_id, [listing_date::varchar, rank::varchar] as value
        from core.listings order by paper_id, listing_date
        """,
    )
    if reader.has("authors.authorships") and reader.has("authors.authors"):
        parts["authors"] = _group_values(
            reader,
            """
            select
                authorships.paper_id,
                [authorships.author_id, authorships.name_as_printed] as value
            from authors.authorships as authorships
            where not authorships.is_hidden
            order by authorships.paper_id, authorships.position
            """,
        )
    if reader.has("tags.paper_tags"):
        parts["tags"] = _group_values(
            reader, "select paper_id, [source, tag] as value from tags.paper_tags order by all"
        )
    if reader.has("benchmarks.mentions"):
        parts["benchmarks"] = _group_values(
            reader,
            """
            select distinct paper_id, benchmark as value
            from benchmarks.mentions order by paper_id, benchmark
            """,
        )
    for name, values in parts.items():
        for paper_id, value in values.items():
            details[paper_id][name] = value
    put_shards(put, "papers/detail", details)


def _read_days(reader: SnapshotReader) -> list[dict[str, Any]]:
    """Return every day that has a list or was tried, with its state where that is known."""
    days = {
        row["listing_date"]: {**row, "state": None, "reason": None}
        for row in reader.rows(
            "select listing_date, count(*) as paper_count from core.listings group by listing_date"
        )
    }
    if reader.has("ops.coverage", *COVERAGE_COLUMNS):
        for row in reader.rows(f"""
            select listing_date, {SHOWN_STATE} as state, coalesce(held_reason, reason) as reason
            from ops.coverage where state != 'unknown' or is_held
        """):
            days.setdefault(row["listing_date"], {**row, "paper_count": 0}).update(row)
    columns = ("listing_date", "paper_count", "state", "reason")
    return [{name: days[day][name] for name in columns} for day in sorted(days)]


def _read_observations(reader: SnapshotReader) -> dict[str, list[list[Any]]]:
    """Return each paper's [observed_at, upvotes, comments], oldest first."""
    if not reader.has("core.observations"):
        return {}
    rows = reader.rows("""
        select paper_id, observed_at, upvotes, comments
        from core.observations order by paper_id, observed_at
    """)
    return {
        paper_id: [list(row.values()) for row in seen]
        for paper_id, seen in group(rows, "paper_id").items()
    }


def _group_values(reader: SnapshotReader, sql: str) -> dict[str, list[Any]]:
    return {
        paper_id: [row["value"] for row in rows]
        for paper_id, rows in group(reader.rows(sql), "paper_id").items()
    }
