-- fail: a paper is on no list; both come from staging.papers.
-- Refresh: by paper_id
select papers.paper_id
from core.papers as papers
anti join core.listings as listings
    on papers.paper_id = listings.paper_id
