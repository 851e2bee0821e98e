-- fail: repeated (listing_date, raw_sha256, row_no); look for a row that two rules put away.
select
    listing_date,
    raw_sha256,
    row_no,
    count(*) as row_count
from ops.quarantine
group by listing_date, raw_sha256, row_no
having count(*) > 1
