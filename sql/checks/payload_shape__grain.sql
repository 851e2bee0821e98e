-- fail: repeated (source, listing_date, path); look for two attempts that stand for one day.
select
    source,
    listing_date,
    path,
    count(*) as row_count
from ops.payload_shape
group by source, listing_date, path
having count(*) > 1
