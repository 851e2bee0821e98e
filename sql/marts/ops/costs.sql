-- ops.costs: what each attempt cost, by step; also what arXiv was asked.
-- Grain:   one row per (source, listing_date, attempt_at, step)
-- Sources: lake.ledger, lake.arxiv_requests
-- As-of:   append-only; each row is final
-- Refresh: full
-- Columns:
--   source: source asked
--   listing_date: day asked for; of arXiv, which is asked for papers, the day of fetching
--   attempt_at: start of the attempt, UTC
--   step: 'fetch' of a list, or 'enrich' of papers by a batch of ids or a harvest
--   requests: HTTP requests sent; 0 for a replay
--   retries: requests that were repeats
--   size_bytes: uncompressed bytes of the responses
--   seconds: time of the requests; null for a replay
select
    source,
    listing_date,
    attempt_at,
    'fetch' as step,
    requests,
    retries,
    size_bytes,
    seconds
from lake.ledger
union all
select
    source,
    fetched_on as listing_date,
    attempt_at,
    'enrich' as step,
    sum(requests)::integer as requests,
    sum(retries)::integer as retries,
    sum(size_bytes)::bigint as size_bytes,
    -- whole milliseconds have one sum in any order
    sum(round(seconds * 1000)::bigint)::double / 1000 as seconds
from lake.arxiv_requests
group by source, fetched_on, attempt_at
order by listing_date, attempt_at, source, step
