-- fail: repeated (source, listing_date, attempt_at); look for an attempt recorded twice.
select
    source,
    listing_date,
    attempt_at,
    count(*) as row_count
from ops.runs
group by source, listing_date, attempt_at
having count(*) > 1
