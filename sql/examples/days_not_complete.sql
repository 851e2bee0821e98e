-- question: Which of the last 30 days are not complete, and why?
-- persona: operator
with last_day as (
    select max(listing_date) as listing_date
    from ops.coverage
)

select
    listing_date,
    dayname(listing_date) as weekday,
    state,
    reason,
    error,
    attempt_count,
    paper_count,
    held_reason
from ops.coverage
where
    listing_date > (select last_day.listing_date - 30 from last_day)
    and (state != 'complete' or is_held)
order by listing_date desc
