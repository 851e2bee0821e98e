-- question: Which keys did the source send for the first time, and when?
-- persona: maintainer
with keys as (
    select
        attempt_at,
        listing_date,
        unnest(new_fields) as field
    from ops.runs
)

select
    field,
    min(attempt_at) as first_attempt_at,
    min(listing_date) as first_listing_date,
    count(*) as attempt_count
from keys
group by field
order by first_attempt_at, field
