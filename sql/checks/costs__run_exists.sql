-- fail: a cost of an attempt at a list that ops.runs does not have.
select
    costs.source,
    costs.listing_date,
    costs.attempt_at
from ops.costs as costs
anti join ops.runs as runs
    on
        costs.source = runs.source
        and costs.listing_date = runs.listing_date
        and costs.attempt_at = runs.attempt_at
where costs.step = 'fetch'
