-- fail: a severity that nobody acts on; error holds a day back, warn informs.
select
    listing_date,
    suite,
    expectation,
    severity
from ops.quality_results
where severity not in ('error', 'warn')
