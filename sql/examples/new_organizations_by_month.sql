-- question: How many organizations were seen for the first time in each month, and how many papers?
-- persona: analyst
select
    month,
    count(*) filter (where is_first) as new_organization_count,
    count(*) as organization_count,
    sum(paper_count) as paper_count
from authors.organization_activity
group by month
order by month
