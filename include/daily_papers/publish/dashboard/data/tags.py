"""Tags: what gains interest, what goes together, and each tag's papers.

A tag belongs to its source: generated keywords, arXiv's categories, this project's taxonomy.
Snapshots of earlier versions have keywords alone and no column `source`.
"""

from typing import Any

from daily_papers.publish.dashboard.data.payloads import (
    Put,
    group,
    put_shards,
    to_table,
)
from daily_papers.publish.snapshot_reader import SnapshotReader

FIRST_ROWS = 400  # shown before anyone searches; the rest is loaded with the first search
MATRIX_TAGS = 20
TOGETHER_ROWS = 15  # companions and
PAPER_ROWS = 200  # papers that a tag's page lists


def source_column(reader: SnapshotReader, table: str) -> str:
    """Return the SQL of a table's source column."""
    return f"{table.split('.')[1]}.source" if reader.has(table, "source") else "'ai_keywords'"


def export_index(reader: SnapshotReader, put: Put) -> None:
    """Put every tag with its counts; the most frequent ones of each source also on their own."""
    rows = reader.rows(f"""
        select
            {source_column(reader, "tags.tags")} as source, tag, paper_count, upvote_count,
            first_listed_on, last_listed_on
        from tags.tags as tags order by source, paper_count desc, tag
    """)
    first = {}
    for source, tags in group(rows, "source").items():
        first[source] = to_table(tags[:FIRST_ROWS]) | {"row_count": len(tags)}
        put(f"tags/index/{source}", to_table(tags))
    put("tags/first", first)


def export_momentum(reader: SnapshotReader, put: Put) -> None:
    """Put each week's tags by momentum; a tag seen once at most, before and now, is left out."""
    rows = reader.rows(f"""
        select
            {source_column(reader, "tags.tag_momentum")} as source, week_start, tag,
            listing_count, week_listing_count, round(share, 6) as share,
            round(baseline_share, 6) as baseline_share, round(momentum, 6) as momentum
        from tags.tag_momentum as tag_momentum
        where listing_count > 1 or baseline_listing_count > 1
        order by source, week_start, momentum desc nulls last, tag
    """)
    weeks = {source: group(tags, "week_start") for source, tags in group(rows, "source").items()}
    put("tags/weeks", {source: [str(week) for week in of] for source, of in weeks.items()})
    for source, of_source in weeks.items():
        for week, tags in of_source.items():
            put(f"tags/week/{source}/{week}", to_table(tags))


def export_matrix(reader: SnapshotReader, put: Put) -> None:
    """Put how often the most frequent tags of each source stand on one paper."""
    frequent = reader.rows(f"""
        select {source_column(reader, "tags.tags")} as source, tag, paper_count
        from tags.tags as tags
        qualify row_number() over (partition by source order by paper_count desc, tag)
            <= {MATRIX_TAGS}
        order by source, paper_count desc, tag
    """)
    tags = {source: [row["tag"] for row in of] for source, of in group(frequent, "source").items()}
    pairs = group(
        reader.rows("""
            select source, tag, other_tag, paper_count, round(lift, 2) as lift
            from tags.tag_cooccurrence order by source, tag, other_tag
        """),
        "source",
    )
    matrix = {}
    for source, names in tags.items():
        shown = set(names)
        rows = [
            row
            for row in pairs.get(source, [])
            if row["tag"] in shown and row["other_tag"] in shown
        ]
        matrix[source] = {"tags": names, **to_table(rows)}
    put("tags/matrix", matrix)


def export_details(reader: SnapshotReader, put: Put) -> None:
    """Put each tag's papers, weeks and companions, under '<source>:<tag>'."""
    source = source_column(reader, "tags.tags")
    variants = "variants" if reader.has("tags.tags", "variants") else "keyword_variants"
    details: dict[str, Any] = {
        row.pop("key"): row
        for row in reader.rows(f"""
            select
                {source} || ':' || tag as key, label, {variants}[:8] as variants, paper_count,
                upvote_count
            from tags.tags as tags order by key
        """)
    }
    parts = {
        "papers": f"""
            select
                paper_tags.source || ':' || paper_tags.tag as key, papers.paper_id, papers.title,
                papers.first_listed_on, papers.upvotes
            from tags.paper_tags as paper_tags
            inner join core.papers as papers using (paper_id)
            qualify row_number() over (
                partition by key order by papers.upvotes desc nulls last, papers.paper_id
            ) <= {PAPER_ROWS}
            order by key, papers.upvotes desc nulls last, papers.paper_id
        """
    }
    if reader.has("tags.tag_cooccurrence"):
        parts["together"] = f"""
            with both_ways as (
                select source, tag, other_tag, paper_count, lift from tags.tag_cooccurrence
                union all
                select source, other_tag, tag, paper_count, lift from tags.tag_cooccurrence
            )
            select
                source || ':' || tag as key, other_tag, paper_count, round(lift, 2) as lift
            from both_ways
            qualify row_number() over (
                partition by key order by paper_count desc, lift desc, other_tag
            ) <= {TOGETHER_ROWS}
            order by key, paper_count desc, lift desc, other_tag
        """
    if reader.has("tags.tag_momentum"):
        parts["weeks"] = f"""
            select
                {source_column(reader, "tags.tag_momentum")} || ':' || tag as key, week_start,
                listing_count, round(share, 6) as share, round(momentum, 6) as momentum
            from tags.tag_momentum as tag_momentum order by key, week_start
        """
    for name, sql in parts.items():
        for key, rows in group(reader.rows(sql), "key").items():
            details[key][name] = to_table(rows)
    put_shards(put, "tags/detail", details)
