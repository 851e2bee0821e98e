-- fail: repeated (source, listing_date, path, kind); look for a day with two rows of '[]'.
select
    source,
    listing_date,
    path,
    kind,
    count(*) as row_count
from ops.payload_drift
group by source, listing_date, path, kind
having count(*) > 1
