-- fail: repeated (listing_date); look for a join that multiplies days.
select
    listing_date,
    count(*) as row_count
from ops.coverage
group by listing_date
having count(*) > 1
