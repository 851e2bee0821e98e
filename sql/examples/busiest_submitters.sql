-- question: Who submits most papers to the list, and how are they received?
-- persona: analyst
select
    submitted_by,
    count(*) as paper_count,
    median(upvotes) as median_upvotes,
    max(upvotes) as most_upvotes
from core.papers
where submitted_by is not null
group by submitted_by
order by paper_count desc, submitted_by asc
limit 10
