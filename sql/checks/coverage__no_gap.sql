-- fail: ops.coverage leaves out a day or does not start on 2023-05-04.
select
    min(listing_date) as first_day,
    max(listing_date) as last_day,
    count(*) as day_count
from ops.coverage
having
    min(listing_date) != date '2023-05-04'
    or date_diff('day', min(listing_date), max(listing_date)) + 1 != count(*)
