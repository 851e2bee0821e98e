-- fail: repeated (listing_date, suite, expectation, column_name); look for a day judged twice.
select
    listing_date,
    suite,
    expectation,
    column_name,
    count(*) as row_count
from ops.quality_results
group by listing_date, suite, expectation, column_name
having count(*) > 1
