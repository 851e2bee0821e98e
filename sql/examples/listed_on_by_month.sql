-- question: How many papers a month are listed, and how many days after publication?
-- persona: analyst
select
    date_trunc('month', first_listed_on)::date as month,
    count(*) as paper_count,
    median(first_listed_on - published_on) as median_days_to_listing,
    median(upvotes) as median_upvotes
from core.papers
group by all
order by month
