"""A published snapshot made by hand: every table that the dashboard shows, a few rows each.

Its titles, names and abstracts are hostile: markup, quotes, writing from right to left, emoji.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import duckdb
from daily_papers.settings import Settings
from daily_papers.warehouse import snapshots
from daily_papers.warehouse.snapshots import Column, Macro, Manifest, Table

SNAPSHOT_ID = "20260112T060000Z-0123456789ab"
SCRIPT = "<script>window.hacked = true</script>"
IMAGE = '"><img src=x onerror="window.hacked = true">'
QUOTES = "\"double\" 'single' `back` & ampersand; </title></script>"
RTL = "שלום עולם \u202eabc\u202c مرحبا"
EMOJI = "🤖 agents 👩‍🔬"
NAME = f"Zoë {IMAGE} O'Neill"
TAG = "<b>bold</b> tag"
BENCHMARK = 'Bench <i>&"1"'
SLUG = "acme&<labs>"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


PAPERS = {
    "2601.00001": SCRIPT,
    "2601.00002": IMAGE,
    "2601.00003": QUOTES,
    "2601.00004": RTL,
    "title:0123456789abcdef": EMOJI,
}
_QUOTE = "reaches 71.5% accuracy"
_ABSTRACT = f"{SCRIPT} Our system {_QUOTE} on the test, {IMAGE} says the text."
_START = _ABSTRACT.index(_QUOTE)

TABLES: dict[str, str] = {
    "core.papers": f"""
        select
            paper_id, title, {_text(_ABSTRACT)} as abstract, date '2026-01-02' as published_on,
            date '2026-01-05' as first_listed_on, date '2026-01-05' as last_listed_on,
            upvotes, 1::bigint as comments, 'javascript:window.hacked=true' as github_repo,
            7::bigint as github_stars, 'https://example.org/a?b=1&c="' as project_page,
            {_text(SLUG)} as organization_slug, {_text(IMAGE)} as organization_name,
            ['cs.CL'] as categories, null::varchar as duplicate_of,
            null::varchar as ai_summary, 1::bigint as author_count,
            starts_with(paper_id, 'title:') as is_provisional,
            timestamp '2026-01-06 09:00' as last_observed_at
        from (values
            ('2601.00001', {_text(SCRIPT)}, 12::bigint), ('2601.00002', {_text(IMAGE)}, 9),
            ('2601.00003', {_text(QUOTES)}, 9), ('2601.00004', {_text(RTL)}, 3),
            ('title:0123456789abcdef', {_text(EMOJI)}, null)
        ) as t (paper_id, title, upvotes)""",
    "core.listings": """
        select
            listing_date, paper_id, rank, timestamp '2026-01-05 08:00' as first_observed_at
        from (values
            (date '2026-01-05', '2601.00001', 1::bigint), (date '2026-01-05', '2601.00002', 2),
            (date '2026-01-05', '2601.00003', 3), (date '2026-01-05', '2601.00004', 4),
            (date '2026-01-05', 'title:0123456789abcdef', 5), (date '2025-12-30', '2601.00004', 1)
        ) as t (listing_date, paper_id, rank)""",
    "core.observations": """
        select paper_id, observed_at::timestamp as observed_at, upvotes, comments
        from (values
            ('2601.00001', '2026-01-05 09:00', 2::bigint, 0::bigint),
            ('2601.00001', '2026-01-06 09:00', 12, 1),
            ('2601.00002', '2026-01-05 09:00', 5, 0), ('2601.00002', '2026-01-06 09:00', 9, 1),
            ('2601.00003', '2026-01-06 09:00', 9, 1), ('2601.00004', '2026-01-05 09:00', 3, 1)
        ) as t (paper_id, observed_at, upvotes, comments)""",
    "tags.tags": f"""
        select
            'ai_keywords' as source, tag, tag as label, [tag, {_text(SCRIPT)}] as variants,
            paper_count, 30::bigint as upvote_count, date '2026-01-05' as first_listed_on,
            date '2026-01-05' as last_listed_on
        from (values ({_text(TAG)}, 3::bigint), ('agents', 2)) as t (tag, paper_count)
        union all
        select
            'taxonomy', 'reasoning', 'reasoning', ['reasoning'], 1, 12, date '2026-01-05',
            date '2026-01-05'""",
    "tags.paper_tags": f"""
        select paper_id, source, tag, tag as quote, 1::bigint as position
        from (values
            ('2601.00001', 'ai_keywords', {_text(TAG)}),
            ('2601.00002', 'ai_keywords', {_text(TAG)}),
            ('2601.00003', 'ai_keywords', {_text(TAG)}), ('2601.00001', 'ai_keywords', 'agents'),
            ('2601.00002', 'ai_keywords', 'agents'), ('2601.00001', 'taxonomy', 'reasoning')
        ) as t (paper_id, source, tag)""",
    "tags.tag_momentum": f"""
        select
            source, tag, week_start, listing_count, 5::bigint as week_listing_count,
            listing_count / 5 as share, 2::bigint as baseline_listing_count,
            0.1::double as baseline_share, momentum
        from (values
            ('ai_keywords', {_text(TAG)}, date '2026-01-05', 3::bigint, 0.02::double),
            ('ai_keywords', 'agents', date '2026-01-05', 2, -0.01),
            ('ai_keywords', 'agents', date '2025-12-29', 1, 0.005),
            ('taxonomy', 'reasoning', date '2026-01-05', 1, 0.03)
        ) as t (source, tag, week_start, listing_count, momentum)""",
    "tags.tag_cooccurrence": f"""
        select
            'ai_keywords' as source, {_text(TAG)} as tag, 'agents' as other_tag,
            2::bigint as paper_count, 1.67::double as lift""",
    "authors.authors": f"""
        select
            author_id, name, [name, 'Z. O''Neill'] as name_variants, 'person' as kind,
            'cluster' as method, confidence, evidence, paper_count,
            date '2026-01-05' as first_seen_on, date '2026-01-05' as last_seen_on,
            1::bigint as account_count, is_ambiguous
        from (values
            ('aa00000000000001', {_text(NAME)}, 0.93::double, 'rare name', 2::bigint, false),
            ('aa00000000000002', {_text(NAME)}, 0.41, 'common name', 1, true),
            ('bb00000000000003', {_text(RTL)}, 0.5, 'account', 1, false)
        ) as t (author_id, name, confidence, evidence, paper_count, is_ambiguous)""",
    "authors.authorships": f"""
        select paper_id, position, author_id, name_as_printed, is_hidden
        from (values
            ('2601.00001', 1, 'aa00000000000001', {_text(NAME)}, false),
            ('2601.00001', 2, 'bb00000000000003', {_text(RTL)}, false),
            ('2601.00002', 1, 'aa00000000000001', {_text(NAME)}, false),
            ('2601.00003', 1, 'aa00000000000002', {_text(NAME)}, false)
        ) as t (paper_id, position, author_id, name_as_printed, is_hidden)""",
    "authors.coauthors": """
        select
            'aa00000000000001' as author_id, 'bb00000000000003' as coauthor_id,
            1::bigint as paper_count""",
    "authors.organizations": f"""
        select
            'https://ror.org/000000000' as organization_id, {_text(IMAGE)} as name,
            [{_text(IMAGE)}] as name_variants, [{_text(SLUG)}] as organization_slugs,
            'https://ror.org/000000000' as ror_id, {_text(QUOTES)} as ror_name,
            'IS' as country_code, 0.8::double as match_score, 4::bigint as paper_count,
            33::bigint as upvote_count, date '2026-01-05' as first_seen_on,
            date '2026-01-05' as last_seen_on""",
    "benchmarks.benchmarks": f"""
        select
            {_text(BENCHMARK)} as benchmark, true as is_known, ['B1'] as aliases,
            ['reasoning'] as tasks, true as is_ambiguous, 'A' as tier,
            2::bigint as paper_count, 0::bigint as introduced_count,
            2::bigint as evaluated_count, 4::bigint as claim_count,
            null::varchar as introduced_by, date '2026-01-05' as first_mentioned_on,
            date '2026-01-05' as last_mentioned_on""",
    "benchmarks.mentions": f"""
        select paper_id, {_text(BENCHMARK)} as benchmark, 'evaluated' as role
        from (values ('2601.00001'), ('2601.00002')) as t (paper_id)""",
    "benchmarks.claims": f"""
        select
            paper_id, claim_no, {_text(BENCHMARK)} as benchmark, null::varchar as split,
            'accuracy' as metric_name, 'accuracy' as metric_id, 'percent' as metric_unit,
            '71.5' as value, '%' as unit, score, 'absolute' as kind, 'own' as owner,
            {_text(EMOJI)} as model_name, 0.9::double as confidence, 'abstract' as field,
            {_START}::bigint as start_offset, {_START + len(_QUOTE)}::bigint as end_offset,
            {_text(_QUOTE)} as quote
        from (values
            ('2601.00001', 1::bigint, 71.5::double), ('2601.00002', 1, 80.0),
            ('2601.00002', 2, 60.0)
        ) as t (paper_id, claim_no, score)
        union all
        select
            '2601.00003', 1, {_text(BENCHMARK)}, null, null, null, 'percent', '99.5', '%', 99.5,
            'absolute', 'own', null, 0.5, 'abstract', {_START}, {_START + len(_QUOTE)},
            {_text(_QUOTE)}""",
    "benchmarks.sota_timeline": f"""
        select
            {_text(BENCHMARK)} as benchmark, null::varchar as split, 'accuracy' as metric_id,
            'percent' as metric_unit, listing_date, false as lower_is_better, score,
            score::varchar as value, '%' as unit, previous_score, paper_id,
            {_text(_QUOTE)} as quote
        from (values
            (date '2026-01-05', 71.5::double, null::double, '2601.00001'),
            (date '2026-01-06', 80.0, 71.5, '2601.00002')
        ) as t (listing_date, score, previous_score, paper_id)""",
    "benchmarks.popularity": f"""
        select
            {_text(BENCHMARK)} as benchmark, month, 1::bigint as paper_count,
            0.2::double as share
        from (values (date '2025-12-01'), (date '2026-01-01')) as t (month)""",
    "benchmarks.contradictions": f"""
        select
            {_text(BENCHMARK)} as benchmark, null::varchar as split, 'accuracy' as metric_id,
            'same_model_name' as reason, {_text(EMOJI)} as model_name, '2601.00001' as paper_id,
            1 as claim_no, 'own' as owner, 71.5::double as score, {_text(_QUOTE)} as quote,
            '2601.00002' as other_paper_id, 2 as other_claim_no, 'other' as other_owner,
            60.0::double as other_score, {_text(SCRIPT)} as other_quote,
            -11.5::double as difference""",
    "ops.coverage": f"""
        select
            day::date as listing_date,
            case
                when day = date '2026-01-05' then 'complete'
                when day = date '2026-01-06' then 'failed'
                when day = date '2025-12-30' then 'partial'
                when day = date '2026-01-04' then 'empty'
                else 'unknown'
            end as state,
            case when day = date '2025-12-30' then 'cap_hit' end as reason,
            case when day = date '2026-01-06' then {_text(SCRIPT)} end as error,
            case day when date '2026-01-05' then 5 when date '2025-12-30' then 1 else 0 end::bigint
                as paper_count,
            0::bigint as quarantined_count, 1::bigint as attempt_count,
            timestamp '2026-01-06 09:00' as last_attempt_at, false as is_held,
            null::varchar as held_reason
        from range(date '2023-05-04', date '2026-01-07', interval 1 day) as t (day)""",
    "ops.quality_results": f"""
        select
            date '2026-01-05' as listing_date,
            repeat('expect_column_pair_values_a_to_be_greater_than_b', 3) as expectation,
            null::varchar as column_name, 'warn' as severity, false as is_success,
            2::bigint as failing_count, {_text(QUOTES)} as observed_value""",
    "ops.quarantine": f"""
        select
            date '2026-01-05' as listing_date, 'bad_title' as reason_code,
            {_text(SCRIPT)} as reason, false as is_released, '2601.00001' as paper_id,
            '{"0" * 64}' as raw_sha256, 0::bigint as row_no, '{{}}' as row_json""",
    "ops.payload_drift": f"""
        select
            date '2026-01-05' as listing_date, {_text("paper." + SCRIPT)} as path,
            'new_field' as kind, 0.0::double as share_before, 1.0::double as share,
            []::varchar[] as types_before, ['string'] as types, {_text(QUOTES)} as example""",
    "ops.costs": """
        select
            'huggingface' as source, date '2026-01-05' as listing_date, attempt_at,
            'fetch' as step, 2 as requests, 1 as retries, 4000000::bigint as size_bytes,
            1.5::double as seconds
        from (values (timestamp '2025-12-31 09:00'), (timestamp '2026-01-06 09:00'))
            as t (attempt_at)""",
    "ops.runs": f"""
        select
            'huggingface' as source, date '2026-01-06' as listing_date,
            timestamp '2026-01-06 09:00' as attempt_at, 1::bigint as attempt_no,
            'failed' as state, null::varchar as reason, {_text(SCRIPT)} as error,
            0::bigint as rows_in, 0::bigint as rows_landed, 0::bigint as rows_quarantined,
            0::bigint as rows_duplicate""",
}


def publish_handmade(
    settings: Settings,
    tables: Mapping[str, str] = TABLES,
    macros: tuple[Macro, ...] = (),
) -> Manifest:
    """Write the tables as the current snapshot of an empty home."""
    folder = snapshots.snapshot_dir(settings, SNAPSHOT_ID)
    published = []
    with duckdb.connect() as con:
        for name, sql in sorted(tables.items()):
            schema, table = name.split(".")
            path = folder / schema / f"{table}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            con.execute(f"copy ({sql}) to '{path}' (format parquet)")
            columns = con.execute(f"describe from '{path}'").fetchall()
            rows = con.execute(f"select count(*) from '{path}'").fetchone()
            assert rows
            published.append(
                Table(
                    schema=schema,
                    table=table,
                    rows=rows[0],
                    size_bytes=path.stat().st_size,
                    sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
                    columns=tuple(Column(c[0], c[1], f"{c[0]} of {SCRIPT}") for c in columns),
                    description=f"made by hand {SCRIPT}",
                    grain=(),
                )
            )
    manifest = Manifest(
        id=SNAPSHOT_ID,
        created_at="2026-01-12T06:00:00Z",
        code_version="0",
        duckdb_version=duckdb.__version__,
        input_fingerprint="0" * 64,
        tables=tuple(published),
        checks=(snapshots.CheckResult("papers__grain", "fail", f"repeated {SCRIPT}", 0),),
        macros=macros,
    )
    Path(folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    snapshots.point_to(settings, SNAPSHOT_ID)
    return manifest
