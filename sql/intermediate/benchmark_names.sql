-- intermediate.benchmark_names: one name for the spellings of a benchmark over all papers.
-- The vocabulary's name where it has one. Names it does not have meet without case, spaces and
-- punctuation, and take the spelling that was listed first: a later paper renames nothing.
-- Two papers may still mean two things by one such name; nothing in a name tells.
-- Grain:   one row per (canonical)
-- Sources: derived.extractions, intermediate.papers, reference.benchmarks
-- As-of:   each paper's latest text
-- Refresh: full
with named as (
    select
        papers.paper_id,
        papers.first_listed_on,
        unnest(extractions.benchmarks) as mention
    from derived.extractions as extractions
    inner join intermediate.papers as papers
        on extractions.paper_id = papers.paper_id
),

spelled as (
    select
        mention['canonical'] as canonical,
        min((first_listed_on, paper_id)) as first_seen
    from named
    group by canonical
),

keyed as (
    select
        spelled.canonical,
        spelled.first_seen,
        vocabulary.name is not null as is_known,
        coalesce(
            nullif(regexp_replace(lower(spelled.canonical), '[\p{P}\p{Z}]', '', 'g'), ''),
            spelled.canonical
        ) as folded
    from spelled
    left join reference.benchmarks as vocabulary
        on spelled.canonical = vocabulary.name
)

select
    canonical,
    case
        when is_known then canonical
        else first_value(canonical) over (
            partition by folded
            order by is_known desc, first_seen asc, canonical asc
        )
    end as benchmark
from keyed
