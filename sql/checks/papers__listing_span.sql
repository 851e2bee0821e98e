-- fail: first_listed_on, last_listed_on or listing_count differ from core.listings.
-- Refresh: by paper_id
with spans as (
    select
        paper_id,
        min(listing_date) as first_day,
        max(listing_date) as last_day,
        count(*) as day_count
    from core.listings
    group by paper_id
)

select
    papers.paper_id,
    papers.first_listed_on,
    papers.last_listed_on,
    papers.listing_count
from core.papers as papers
inner join spans
    on papers.paper_id = spans.paper_id
where
    papers.first_listed_on != spans.first_day
    or papers.last_listed_on != spans.last_day
    or papers.listing_count != spans.day_count
