-- fail: a kind, owner, direction or number outside what benchmarks.claims promises.
-- Refresh: by paper_id
select
    paper_id,
    claim_no,
    kind,
    owner,
    value,
    score
from benchmarks.claims
where
    kind not in ('absolute', 'delta', 'ratio')
    or owner not in ('own', 'other')
    or score is distinct from try_cast(value as double)
    or confidence not between 0 and 1
    or (metric_name is null) != (lower_is_better is null)
