-- intermediate.counted_weeks: the weeks whose tag momentum a listing day counts in.
-- Its own week, and as a part of the baseline the eight that follow, listed or not.
-- Grain:   one row per (listing_date, week_start)
-- Sources: core.listings
-- As-of:   nothing here changes once a day is listed
-- Refresh: by listing_date
-- Columns:
--   listing_date: listing day, UTC
--   listed_in: Monday of its week
--   week_start: Monday of a week that it counts in
with days as (
    select distinct
        listing_date,
        date_trunc('week', listing_date)::date as listed_in,
        unnest(range(9)) as weeks_later
    from core.listings
)

select
    listing_date,
    listed_in,
    listed_in + 7 * weeks_later::integer as week_start
from days
order by listing_date, week_start
