-- ops.quality_results: each expectation's verdict on each listing day.
-- What a build's tables were held against before this snapshot was published cannot be in one
-- of them: it lies beside them in audit/results.parquet; `daily-papers quarantine audit` shows it.
-- Grain:   one row per (listing_date, suite, expectation, column_name)
-- Sources: lake.quality_results
-- As-of:   the last time the day was judged
-- Refresh: by listing_date
-- Columns:
--   listing_date: day judged
--   suite: expectation suite
--   expectation: name of the expectation
--   column_name: column judged; null for the whole day
--   severity: error holds the day back, warn informs
--   is_success: the day meets it; null: not judged, or not judged yet, observed_value says why
--   failing_count: rows of the day that do not
--   failing_keys: paper ids of them
--   observed_value: what was seen and what is usual, for an expectation of the day as a whole
--   suite_version: version of the suite
--   partition_sha256: sha256 of the judged papers.parquet
select
    listing_date,
    suite,
    expectation,
    column_name,
    severity,
    is_success,
    failing_count,
    failing_keys,
    observed_value,
    suite_version,
    partition_sha256
from lake.quality_results
order by listing_date, suite, expectation, column_name nulls first
