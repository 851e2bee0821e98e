-- fail: a listed paper is not in core.papers; both come from staging.papers.
-- Refresh: by paper_id
select
    listings.listing_date,
    listings.paper_id
from core.listings as listings
anti join core.papers as papers
    on listings.paper_id = papers.paper_id
