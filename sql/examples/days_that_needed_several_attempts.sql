-- question: Which listing days took most attempts, and how did the attempts end?
-- persona: operator
select
    listing_date,
    count(*) as attempt_count,
    string_agg(state, ', ' order by attempt_at, source) as states,
    max(attempt_at) as last_attempt_at
from ops.runs
group by listing_date
order by attempt_count desc, listing_date desc
limit 10
