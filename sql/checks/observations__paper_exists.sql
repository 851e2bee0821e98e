-- fail: an observation of a paper that is not landed; `reprocess` its listing day.
-- Refresh: by paper_id
select
    observations.paper_id,
    observations.observed_at,
    observations.listing_date
from core.observations as observations
anti join core.papers as papers
    on observations.paper_id = papers.paper_id
