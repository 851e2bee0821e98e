-- fail: a state that does not exist, or one that denies papers that are landed.
select
    listing_date,
    state,
    paper_count,
    attempt_count
from ops.coverage
where
    state not in ('complete', 'empty', 'partial', 'failed', 'unknown')
    or (state in ('empty', 'failed', 'unknown') and paper_count > 0)
    or (state = 'unknown' and attempt_count > 0)
