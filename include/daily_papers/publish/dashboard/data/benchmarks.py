"""Benchmarks: who names them, which numbers are reported on them, and with which words."""

from typing import Any

from daily_papers.publish.dashboard.data.payloads import (
    Put,
    group,
    put_shards,
    to_table,
)
from daily_papers.publish.snapshot_reader import SnapshotReader

CONTEXT_CHARS = 90  # text shown on either side of a quote

# the quote is exactly what the offsets point at: it stands between its surroundings
_EVIDENCE = f"""
    claims.field, claims.quote,
    case when claims.start_offset > {CONTEXT_CHARS} then '…' else '' end
        || substring(texts.text, greatest(claims.start_offset - {CONTEXT_CHARS}, 0) + 1,
            least(claims.start_offset, {CONTEXT_CHARS})) as before,
    substring(texts.text, claims.end_offset + 1, {CONTEXT_CHARS})
        || case when length(texts.text) > claims.end_offset + {CONTEXT_CHARS}
            then '…' else '' end as after
"""
_TEXTS = """
    select paper_id, title as paper_title, first_listed_on, 'title' as field, title as text
    from core.papers
    union all
    select paper_id, title, first_listed_on, 'abstract', abstract from core.papers
"""
_CONTRADICTIONS = """
    select
        pairs.benchmark, pairs.split, pairs.metric_id, pairs.model_name, pairs.reason,
        pairs.paper_id, papers.title, pairs.score, pairs.owner, pairs.quote,
        pairs.other_paper_id, others.title as other_title, pairs.other_score,
        pairs.other_owner, pairs.other_quote, pairs.difference
    from benchmarks.contradictions as pairs
    inner join core.papers as papers on pairs.paper_id = papers.paper_id
    inner join core.papers as others on pairs.other_paper_id = others.paper_id
    order by
        pairs.benchmark, pairs.paper_id, pairs.claim_no, pairs.other_paper_id,
        pairs.other_claim_no
"""


def export_index(reader: SnapshotReader, put: Put) -> None:
    """Put every benchmark that a paper names."""
    columns = ["benchmark", "paper_count", "first_mentioned_on", "last_mentioned_on"]
    columns += [
        name
        for name in ("evaluated_count", "introduced_count", "claim_count", "is_ambiguous")
        if reader.has("benchmarks.benchmarks", name)
    ]
    rows = reader.rows(f"""
        select {", ".join(columns)} from benchmarks.benchmarks
        where paper_count > 0 order by paper_count desc, benchmark
    """)
    put("benchmarks/all", to_table(rows))


def export_details(reader: SnapshotReader, put: Put) -> None:
    """Put each named benchmark's papers, claims, record over time, months, contradictions."""
    vocabulary = [
        name
        for name in ("aliases", "tasks", "tier", "is_known", "is_ambiguous", "introduced_by")
        if reader.has("benchmarks.benchmarks", name)
    ]
    details: dict[str, Any] = {
        row.pop("benchmark"): row
        for row in reader.rows(f"""
            select {", ".join(["benchmark", "paper_count", *vocabulary])}
            from benchmarks.benchmarks where paper_count > 0 order by benchmark
        """)
    }
    for name, sql in _list_parts(reader).items():
        for benchmark, rows in group(reader.rows(sql), "benchmark").items():
            if benchmark in details:
                details[benchmark][name] = to_table(rows)
    put_shards(put, "benchmarks/detail", details)


def export_records(reader: SnapshotReader, put: Put) -> None:
    """Put the newest records over all benchmarks, each with its quote, and what took no part."""
    rows = reader.rows("""
        select
            timeline.listing_date, timeline.benchmark, timeline.split, timeline.metric_id,
            timeline.value, timeline.unit, timeline.score, timeline.previous_score,
            timeline.lower_is_better, timeline.paper_id, papers.title, timeline.quote
        from benchmarks.sota_timeline as timeline
        inner join core.papers as papers using (paper_id)
        where timeline.previous_score is not null
        order by timeline.listing_date desc, timeline.benchmark, timeline.split nulls first,
            timeline.metric_id, timeline.metric_unit nulls first
        limit 200
    """)
    table = to_table(rows)
    if reader.has("benchmarks.claims"):
        (counts,) = reader.rows("""
            select
                count(*) as own_count,
                count(*) filter (where metric_id is null) as unnamed_count
            from benchmarks.claims
            where kind = 'absolute' and owner = 'own' and benchmark is not null
        """)
        table |= counts
    put("benchmarks/records", table)


def export_contradictions(reader: SnapshotReader, put: Put) -> None:
    """Put all pairs of papers that give one system different numbers."""
    rows = reader.rows(_CONTRADICTIONS)
    put("benchmarks/contradictions", to_table(rows))


def _list_parts(reader: SnapshotReader) -> dict[str, str]:
    """Return the queries of a benchmark's page; tables that are not there give no part."""
    role = "mentions.role" if reader.has("benchmarks.mentions", "role") else "null"
    parts = {
        "papers": f"""
            select distinct
                mentions.benchmark, papers.first_listed_on, papers.paper_id, papers.title,
                {role} as role, papers.upvotes
            from benchmarks.mentions as mentions
            inner join core.papers as papers using (paper_id)
            order by mentions.benchmark, papers.first_listed_on desc, papers.paper_id, role
        """
    }
    if reader.has("benchmarks.claims"):
        parts["claims"] = f"""
            with texts as ({_TEXTS})
            select
                claims.benchmark, texts.first_listed_on, claims.paper_id, texts.paper_title,
                claims.claim_no, claims.split, claims.metric_id, claims.metric_name,
                claims.metric_unit, claims.value, claims.unit, claims.score, claims.kind,
                claims.owner, claims.model_name, round(claims.confidence, 2) as confidence,
                {_EVIDENCE}
            from benchmarks.claims as claims
            inner join texts on claims.paper_id = texts.paper_id and claims.field = texts.field
            where claims.benchmark is not null
            order by
                claims.benchmark, texts.first_listed_on desc, claims.paper_id, claims.claim_no
        """
    if reader.has("benchmarks.sota_timeline"):
        parts["timeline"] = """
            select
                timeline.benchmark, timeline.listing_date, timeline.split, timeline.metric_id,
                timeline.metric_unit, timeline.lower_is_better, timeline.score, timeline.value,
                timeline.unit, timeline.paper_id, papers.title, timeline.quote
            from benchmarks.sota_timeline as timeline
            inner join core.papers as papers using (paper_id)
            order by
                timeline.benchmark, timeline.split nulls first, timeline.metric_id,
                timeline.metric_unit nulls first, timeline.listing_date
        """
    if reader.has("benchmarks.popularity"):
        parts["months"] = """
            select benchmark, month, paper_count, round(share, 6) as share
            from benchmarks.popularity order by benchmark, month
        """
    if reader.has("benchmarks.contradictions"):
        parts["contradictions"] = _CONTRADICTIONS
    return parts
