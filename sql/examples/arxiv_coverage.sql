-- question: How many papers have arXiv metadata, and how old is it?
-- persona: operator
select
    year(published_on) as published_year,
    count(*) as paper_count,
    count(arxiv_fetched_at) as with_metadata,
    min(arxiv_fetched_at) as oldest_fetch,
    max(arxiv_fetched_at) as newest_fetch
from core.papers
group by published_year
order by published_year
