-- question: Which expectations fail, on how many days, and which papers are to blame?
-- persona: maintainer
select
    suite,
    expectation,
    column_name,
    severity,
    count(*) as day_count,
    sum(failing_count)::bigint as failing_row_count,
    max(listing_date) as last_day,
    arg_max(failing_keys, listing_date) as failing_keys_of_last_day
from ops.quality_results
where not is_success
group by all
order by day_count desc, suite asc, expectation asc, column_name asc
