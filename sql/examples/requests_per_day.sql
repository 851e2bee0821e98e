-- question: How many requests, retries and bytes did each day of fetching cost?
-- persona: operator
select
    attempt_at::date as fetched_on,
    count(*) as attempt_count,
    sum(requests)::bigint as requests,
    sum(retries)::bigint as retries,
    round(sum(size_bytes) / 1e6, 2) as megabytes,
    round(sum(seconds), 1) as seconds
from ops.costs
group by all
order by fetched_on desc
limit 14
