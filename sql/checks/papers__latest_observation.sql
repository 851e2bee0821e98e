-- warn: a paper's counts are older than its latest observation; ingest its listing day again.
with latest as (
    select
        paper_id,
        max(observed_at) as observed_at
    from core.observations
    group by paper_id
)

select
    papers.paper_id,
    papers.last_observed_at,
    latest.observed_at
from core.papers as papers
inner join latest
    on papers.paper_id = latest.paper_id
where papers.last_observed_at < latest.observed_at
