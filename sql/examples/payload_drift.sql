-- question: Which fields did the source add, drop or change, and what do they look like?
-- persona: operator
select
    listing_date,
    kind,
    path,
    round(100 * share_before)::int as before_pct,
    round(100 * share)::int as now_pct,
    possible_count as entries,
    types,
    example
from ops.payload_drift
order by listing_date desc, path asc
limit 30
