-- fail: repeated (listing_date, paper_id); look for two partitions of one day.
-- Refresh: by paper_id
select
    listing_date,
    paper_id,
    count(*) as row_count
from core.listings
group by listing_date, paper_id
having count(*) > 1
