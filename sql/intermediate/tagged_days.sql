-- intermediate.tagged_days: listings of a day that carry any tag, by source of the tags.
-- Grain:   one row per (listing_date, source)
-- Sources: core.listings, tags.paper_tags
-- As-of:   tags of each paper's latest state
-- Refresh: by listing_date; tags.paper_tags through core.listings on paper_id
-- Columns:
--   listing_date: listing day, UTC
--   source: where the tags come from, see tags.paper_tags
--   listing_count: listings with at least one tag of the source
with tagged_papers as (
    select distinct
        source,
        paper_id
    from tags.paper_tags
)

select
    listings.listing_date,
    tagged_papers.source,
    count(*) as listing_count
from core.listings as listings
inner join tagged_papers
    on listings.paper_id = tagged_papers.paper_id
group by listings.listing_date, tagged_papers.source
order by listings.listing_date, tagged_papers.source
