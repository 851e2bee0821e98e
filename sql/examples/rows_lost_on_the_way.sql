-- question: How many of a month's entries were landed, quarantined or repeated?
-- persona: operator
select
    date_trunc('month', listing_date)::date as listed_in,
    sum(rows_in)::bigint as entries,
    sum(rows_landed)::bigint as landed,
    sum(rows_quarantined)::bigint as quarantined,
    sum(rows_duplicate)::bigint as repeated
from ops.runs
group by all
order by listed_in desc
limit 12
