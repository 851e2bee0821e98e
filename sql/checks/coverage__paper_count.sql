-- fail: ops.coverage and core.listings count a day's papers differently; a held day lists none.
with listed as (
    select
        listing_date,
        count(*) as listing_count
    from core.listings
    group by listing_date
),

expected as (
    select
        listing_date,
        case when is_held then 0 else paper_count end as listing_count
    from ops.coverage
)

select
    coalesce(expected.listing_date, listed.listing_date) as listing_date,
    expected.listing_count as expected_count,
    listed.listing_count
from expected
full outer join listed
    on expected.listing_date = listed.listing_date
where coalesce(expected.listing_count, -1) != coalesce(listed.listing_count, 0)
