-- fail: an attempt lost rows: rows in are not landed + quarantined + duplicate.
select
    source,
    listing_date,
    attempt_at,
    rows_in,
    rows_landed,
    rows_quarantined,
    rows_duplicate
from ops.runs
where rows_in != rows_landed + rows_quarantined + rows_duplicate
