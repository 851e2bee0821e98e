-- tags.tag_cooccurrence: tags of one source that stand on the same papers.
-- Pairs on a single paper are left out, and so is a tag with its own parent in the taxonomy.
-- With N papers that carry any tag of the source:
--   jaccard = paper_count / (tag_paper_count + other_paper_count - paper_count)
--   lift = paper_count * N / (tag_paper_count * other_paper_count)
-- lift is above 1 where the two stand together more often than by chance; it is unsteady for
-- rare tags.
-- Grain:   one row per (source, tag, other_tag)
-- Sources: tags.paper_tags, tags.tags
-- As-of:   the paper's latest state
-- Refresh: full
-- Columns:
--   source: where both tags come from, see tags.paper_tags
--   tag: the tag that sorts first
--   other_tag: the other one
--   paper_count: papers with both
--   tag_paper_count: papers with tag
--   other_paper_count: papers with other_tag
--   jaccard: papers with both as a share of those with either
--   lift: papers with both over those expected if the two were independent
with sized as (
    select
        source,
        count(distinct paper_id) as source_paper_count
    from tags.paper_tags
    group by source
),

together as (
    select
        mine.source,
        mine.tag,
        others.tag as other_tag,
        count(*) as paper_count
    from tags.paper_tags as mine
    inner join tags.paper_tags as others
        on
            mine.paper_id = others.paper_id
            and mine.source = others.source
            and mine.tag < others.tag
    group by mine.source, mine.tag, other_tag
    having count(*) > 1
)

select
    together.source,
    together.tag,
    together.other_tag,
    together.paper_count,
    tags.paper_count as tag_paper_count,
    others.paper_count as other_paper_count,
    together.paper_count
    / (tags.paper_count + others.paper_count - together.paper_count) as jaccard,
    together.paper_count * sized.source_paper_count
    / (tags.paper_count * others.paper_count) as lift
from together
inner join sized
    on together.source = sized.source
inner join tags.tags as tags
    on together.source = tags.source and together.tag = tags.tag
inner join tags.tags as others
    on together.source = others.source and together.other_tag = others.tag
where
    tags.parent is distinct from together.other_tag
    and others.parent is distinct from together.tag
order by together.source, together.tag, together.other_tag
