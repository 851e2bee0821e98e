-- fail: the ranks of a day are not 1, 2, 3 and so on.
-- Refresh: by listing_date
select
    listing_date,
    count(*) as paper_count,
    min(rank) as lowest,
    max(rank) as highest
from core.listings
group by listing_date
having min(rank) != 1 or max(rank) != count(*) or count(distinct rank) != count(*)
