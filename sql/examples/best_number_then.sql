-- question: What was the best number on GSM8K as believed at the end of March 2026?
-- persona: analyst
select
    metric_id,
    metric_unit,
    score,
    since,
    paper_id,
    quote
from benchmarks.sota_as_of('GSM8K', date '2026-03-31')
