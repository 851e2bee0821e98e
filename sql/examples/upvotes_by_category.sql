-- question: Which arXiv categories are listed most, and how are their papers received?
-- persona: analyst
with papers as (
    select
        unnest(categories) as category,
        upvotes,
        journal_ref is not null or doi is not null as is_published
    from core.papers
)

select
    category,
    count(*) as paper_count,
    median(upvotes) as median_upvotes,
    round(100 * avg(is_published::int), 1) as published_pct
from papers
group by category
order by paper_count desc, category asc
limit 10
