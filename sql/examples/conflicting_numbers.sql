-- question: Which papers give one system different numbers on one benchmark?
-- persona: analyst
select
    benchmark,
    metric_id,
    coalesce(model_name, reason) as system,
    score,
    other_score,
    paper_id,
    other_paper_id,
    quote,
    other_quote
from benchmarks.contradictions
order by abs(difference) desc, paper_id asc, other_paper_id asc
limit 10
