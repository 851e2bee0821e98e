-- question: From which raw response, and which entry of it, does each count of the top paper come?
-- persona: maintainer
with top_paper as (
    select paper_id
    from core.papers
    order by upvotes desc nulls last, paper_id asc
    limit 1
)

select
    observations.paper_id,
    observations.observed_at,
    observations.upvotes,
    observations.source,
    observations.raw_sha256,
    observations.row_no
from core.observations as observations
inner join top_paper
    on observations.paper_id = top_paper.paper_id
order by observations.observed_at
