-- fail: repeated (source, listing_date, attempt_at, step); look for an attempt recorded twice.
select
    source,
    listing_date,
    attempt_at,
    step,
    count(*) as row_count
from ops.costs
group by source, listing_date, attempt_at, step
having count(*) > 1
