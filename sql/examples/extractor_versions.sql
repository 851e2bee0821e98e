-- question: Which extractor made the claims that are published, and how many could it place?
-- persona: maintainer
select
    extractor,
    extractor_version,
    count(*) as claim_count,
    count(benchmark) as with_benchmark,
    count(metric_id) as with_metric,
    count(*) filter (where benchmark is not null and metric_id is not null) as with_both,
    count(model_name) as with_system
from benchmarks.claims
group by extractor, extractor_version
order by extractor, extractor_version
