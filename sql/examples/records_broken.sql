-- question: On which benchmarks did papers report a new best number lately, and by how much?
-- persona: analyst
select
    listing_date,
    benchmark,
    metric_id,
    metric_unit,
    previous_score,
    score,
    round(score - previous_score, 3) as difference,
    paper_id,
    quote
from benchmarks.sota_timeline
where previous_score is not null
order by listing_date desc, benchmark asc, metric_id asc, metric_unit asc
limit 20
