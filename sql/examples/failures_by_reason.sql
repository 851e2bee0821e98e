-- question: Why do attempts fail or stay partial, how often, and when last?
-- persona: operator
select
    state,
    coalesce(reason, 'no reason given') as reason,
    count(*) as attempt_count,
    count(distinct listing_date) as day_count,
    max(attempt_at) as last_at
from ops.runs
where state in ('failed', 'partial')
group by all
order by attempt_count desc, state asc, reason asc
