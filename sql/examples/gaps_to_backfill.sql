-- question: Which ranges of days were never tried or never complete, longest first?
-- persona: maintainer
with open_days as (
    select
        listing_date,
        state,
        listing_date - row_number() over (order by listing_date)::integer as island
    from ops.coverage
    where state in ('unknown', 'failed', 'partial')
)

select
    min(listing_date) as from_day,
    max(listing_date) as to_day,
    count(*) as day_count,
    list(distinct state order by state) as states
from open_days
group by island
order by day_count desc, from_day asc
limit 10
