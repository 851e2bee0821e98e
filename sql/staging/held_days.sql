-- staging.held_days: listing days whose papers are kept out of the marts, and why.
-- A day is held when an error-level expectation failed on it, or when nobody has judged
-- the partition that lies there now (its bytes changed since, or the judge never ran).
-- Grain:   one row per (listing_date)
-- Sources: lake.partitions, lake.quality_results
-- As-of:   the lake at the time of the build
-- Refresh: by listing_date
with judgements as (
    select
        partitions.listing_date,
        results.is_success,
        results.severity,
        results.suite,
        results.expectation,
        results.column_name,
        results.failing_count,
        results.observed_value
    from lake.partitions as partitions
    left join lake.quality_results as results
        on
            partitions.listing_date = results.listing_date
            and partitions.sha256 = results.partition_sha256
)

select
    listing_date,
    'unjudged: no quality result for this partition' as held_reason
from judgements
group by listing_date
having count(suite) = 0

union all

select
    listing_date,
    string_agg(
        suite || '.' || expectation
        || coalesce('(' || column_name || ')', '')
        || ': ' || coalesce(observed_value, failing_count || ' rows'),
        '; '
        order by suite, expectation, column_name
    ) as held_reason
from judgements
where severity = 'error' and not is_success
group by listing_date
