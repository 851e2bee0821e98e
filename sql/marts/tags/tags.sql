-- tags.tags: tags that at least one paper carries, by source.
-- Grain:   one row per (source, tag)
-- Sources: tags.paper_tags, core.papers, reference.taxonomy
-- As-of:   each paper's latest state
-- Refresh: full
-- Columns:
--   source: where the tag comes from, see tags.paper_tags
--   tag: normalised keyword, category, or tag of the taxonomy
--   parent: broader tag of the taxonomy; null at its top and in other sources
--   label: most frequent written form; of the taxonomy the tag itself
--   variants: written forms, most frequent first
--   paper_count: papers with the tag
--   upvote_count: upvotes of those papers, as last observed
--   first_listed_on: first listing day of such a paper
--   last_listed_on: last listing day of such a paper
with written as (
    select
        source,
        tag,
        quote,
        count(*) as paper_count
    from tags.paper_tags
    group by source, tag, quote
),

spelled as (
    select
        source,
        tag,
        list(quote order by paper_count desc, quote asc) as variants
    from written
    group by source, tag
),

counted as (
    select
        paper_tags.source,
        paper_tags.tag,
        count(*) as paper_count,
        sum(papers.upvotes)::bigint as upvote_count,
        min(papers.first_listed_on) as first_listed_on,
        max(papers.last_listed_on) as last_listed_on
    from tags.paper_tags as paper_tags
    inner join core.papers as papers
        on paper_tags.paper_id = papers.paper_id
    group by paper_tags.source, paper_tags.tag
)

select
    counted.source,
    counted.tag,
    taxonomy.parent,
    if(counted.source = 'taxonomy', counted.tag, spelled.variants[1]) as label,
    spelled.variants,
    counted.paper_count,
    counted.upvote_count,
    counted.first_listed_on,
    counted.last_listed_on
from counted
inner join spelled
    on counted.source = spelled.source and counted.tag = spelled.tag
left join reference.taxonomy as taxonomy
    on counted.source = 'taxonomy' and counted.tag = taxonomy.tag
order by counted.source, counted.tag
