"""Authors and organizations, with how sure it is that each is one person or one body."""

from typing import Any

from daily_papers.publish.dashboard.data.payloads import (
    Put,
    group,
    put_shards,
    to_table,
)
from daily_papers.publish.snapshot_reader import SnapshotReader

FIRST_ROWS = 400
COAUTHOR_ROWS = 10  # that an author's page lists
NAMESAKE_ROWS = 20


def export_authors(reader: SnapshotReader, put: Put) -> None:
    """Put every author with counts and doubts; those with the most papers also on their own."""
    rows = reader.rows("""
        select
            author_id, name, paper_count, first_seen_on, last_seen_on,
            round(confidence, 3) as confidence, is_ambiguous
        from authors.authors
        order by paper_count desc, name, author_id
    """)
    put("authors/first", to_table(rows[:FIRST_ROWS]) | {"row_count": len(rows)})
    put("authors/index", to_table(rows))


def export_author_details(reader: SnapshotReader, put: Put) -> None:
    """Put each author's papers, co-authors, printed names, evidence and namesakes."""
    details: dict[str, Any] = {
        row.pop("author_id"): row
        for row in reader.rows("""
            select
                author_id, name, name_variants, kind, method, round(confidence, 3) as confidence,
                evidence, paper_count, account_count, is_ambiguous
            from authors.authors order by author_id
        """)
    }
    parts = {
        "papers": """
            select distinct
                authorships.author_id, papers.first_listed_on, papers.paper_id, papers.title,
                papers.upvotes
            from authors.authorships as authorships
            inner join core.papers as papers using (paper_id)
            order by authorships.author_id, papers.first_listed_on desc, papers.paper_id
        """,
        "namesakes": f"""
            select a.author_id, b.author_id as other_id, b.name, b.paper_count, b.evidence
            from authors.authors as a
            inner join authors.authors as b on a.name = b.name and a.author_id != b.author_id
            where a.kind = 'person'
            qualify row_number() over (
                partition by a.author_id order by b.paper_count desc, b.author_id
            ) <= {NAMESAKE_ROWS}
            order by a.author_id, b.paper_count desc, b.author_id
        """,
    }
    if reader.has("authors.coauthors"):
        parts["coauthors"] = f"""
            with both_ways as (
                select author_id, coauthor_id, paper_count from authors.coauthors
                union all
                select coauthor_id, author_id, paper_count from authors.coauthors
            )
            select both_ways.author_id, both_ways.coauthor_id, authors.name, both_ways.paper_count
            from both_ways
            inner join authors.authors as authors on both_ways.coauthor_id = authors.author_id
            qualify row_number() over (
                partition by both_ways.author_id
                order by both_ways.paper_count desc, authors.name, both_ways.coauthor_id
            ) <= {COAUTHOR_ROWS}
            order by
                both_ways.author_id, both_ways.paper_count desc, authors.name,
                both_ways.coauthor_id
        """
    for name, sql in parts.items():
        for author_id, rows in group(reader.rows(sql), "author_id").items():
            details[author_id][name] = to_table(rows)
    put_shards(put, "authors/detail", details)


def export_organizations(reader: SnapshotReader, put: Put) -> None:
    """Put every organization with its match in the Research Organization Registry."""
    rows = reader.rows("""
        select
            organization_slugs, name, name_variants, paper_count, upvote_count, first_seen_on,
            last_seen_on, ror_name, country_code, round(match_score, 3) as match_score
        from authors.organizations
        order by paper_count desc, upvote_count desc, organization_id
    """)
    put("organizations/all", to_table(rows))


def export_organization_details(reader: SnapshotReader, put: Put) -> None:
    """Put each organization's papers and months, under the name of each of its accounts."""
    organizations: dict[str, Any] = {
        row.pop("organization_id"): row
        for row in reader.rows("""
            select
                organization_id, organization_slugs, name, name_variants, ror_id, ror_name,
                country_code, round(match_score, 3) as match_score, paper_count, upvote_count
            from authors.organizations order by organization_id
        """)
    }
    members = """
        (select organization_id, unnest(organization_slugs) as organization_slug
            from authors.organizations)
        join core.papers using (organization_slug)
    """
    parts = {
        "papers": f"""
            select organization_id, first_listed_on, paper_id, title, upvotes
            from {members}
            order by organization_id, first_listed_on desc, paper_id
        """,
        "months": f"""
            select
                organization_id, date_trunc('month', first_listed_on)::date as month,
                count(*) as paper_count
            from {members}
            group by all order by all
        """,
    }
    for name, sql in parts.items():
        for organization, rows in group(reader.rows(sql), "organization_id").items():
            organizations[organization][name] = to_table(rows)
    details = {slug: one for one in organizations.values() for slug in one["organization_slugs"]}
    put_shards(put, "organizations/detail", details)
