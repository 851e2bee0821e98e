-- tags.tag_daily: papers and upvotes per tag on each listing date.
-- Grain:   one row per (listing_date, source, tag)
-- Sources: core.listings, core.papers, tags.paper_tags
-- As-of:   upvotes as last observed; they settle in one to two weeks
-- Refresh: by listing_date; core.papers, tags.paper_tags through core.listings on paper_id
-- Columns:
--   listing_date: listing day, UTC
--   source: where the tag comes from, see tags.paper_tags
--   tag: tag of that source
--   paper_count: papers with the tag on the day's list
--   upvote_count: upvotes of those papers, as last observed anywhere
with tagged as (
    select
        listings.listing_date,
        paper_tags.source,
        paper_tags.tag,
        papers.upvotes
    from core.listings as listings
    inner join core.papers as papers
        on listings.paper_id = papers.paper_id
    inner join tags.paper_tags as paper_tags
        on listings.paper_id = paper_tags.paper_id
)

select
    listing_date,
    source,
    tag,
    count(*) as paper_count,
    -- sum() of integers is HUGEINT, which Parquet would store as a double
    sum(upvotes)::bigint as upvote_count
from tagged
group by listing_date, source, tag
order by listing_date, source, tag
