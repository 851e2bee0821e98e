-- fail: a paper with an id was never observed, so that its counts at any time are unknown;
-- ingest its day again.
-- Refresh: by paper_id
select
    papers.paper_id,
    papers.first_listed_on
from core.papers as papers
anti join core.observations as observations
    on papers.paper_id = observations.paper_id
where not papers.is_provisional
