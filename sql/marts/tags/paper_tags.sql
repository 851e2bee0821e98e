-- tags.paper_tags: tags of each paper, by source, with the characters they come from.
-- Sources are kept apart: 'ai_keywords' are the source's generated keywords, normalised;
-- 'arxiv_categories' are arXiv's own; 'taxonomy' is this project's, found in the text.
-- Of several places of a tag the first counts.
-- Grain:   one row per (paper_id, source, tag)
-- Sources: intermediate.papers, intermediate.arxiv, derived.keywords, derived.extractions,
--   reference.taxonomy
-- As-of:   the paper's latest state
-- Refresh: by paper_id
-- Columns:
--   paper_id: arXiv id without version
--   source: 'ai_keywords', 'arxiv_categories' or 'taxonomy'
--   tag: normalised keyword, category, or tag of the taxonomy
--   field: column of core.papers that holds the evidence
--   position: element of that column, from 1, where it is a list; null for a text
--   start_offset: first character of the quote in the text or element, from 0
--   end_offset: character after the quote
--   quote: the evidence as written
--   rule_version: version of the rules that made the tag; 'as given' for categories
with places as (
    select
        paper_id,
        ai_keywords,
        unnest(range(1, array_length(ai_keywords) + 1)) as position
    from intermediate.papers
),

written as (
    select
        paper_id,
        ai_keywords[position] as keyword,
        position
    from places
),

categorised as (
    select
        arxiv.paper_id,
        unnest(arxiv.categories) as category,
        generate_subscripts(arxiv.categories, 1) as position
    from intermediate.arxiv as arxiv
    semi join intermediate.papers as papers
        on arxiv.paper_id = papers.paper_id
),

extracted as (
    select
        paper_id,
        unnest(tags) as found
    from derived.extractions
),

tagged as (
    select
        written.paper_id,
        'ai_keywords' as source,
        keywords.tag,
        'ai_keywords' as field,
        written.position,
        0 as start_offset,
        length(written.keyword) as end_offset,
        written.keyword as quote,
        keywords.rule_version
    from written
    inner join derived.keywords as keywords
        on written.keyword = keywords.keyword
    where keywords.tag != ''
    union all
    select
        paper_id,
        'arxiv_categories' as source,
        category as tag,
        'categories' as field,
        position,
        0 as start_offset,
        length(category) as end_offset,
        category as quote,
        'as given' as rule_version
    from categorised
    union all
    select
        extracted.paper_id,
        'taxonomy' as source,
        extracted.found['tag'] as tag,
        extracted.found['field'] as field,
        null as position,
        extracted.found['start_offset'] as start_offset,
        extracted.found['end_offset'] as end_offset,
        extracted.found['quote'] as quote,
        taxonomy.taxonomy_version as rule_version
    from extracted
    left join reference.taxonomy as taxonomy
        on extracted.found['tag'] = taxonomy.tag
)

select
    paper_id,
    source,
    tag,
    field,
    position,
    start_offset::integer as start_offset,
    end_offset::integer as end_offset,
    quote,
    rule_version
from tagged
qualify
    row_number() over (
        partition by paper_id, source, tag
        order by field = 'abstract', position, start_offset
    ) = 1
order by paper_id, source, tag
