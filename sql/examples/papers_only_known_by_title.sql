-- question: How many papers of each year are known by title alone, and wait for their id?
-- persona: maintainer
select
    year(first_listed_on) as listed_in,
    count(*) filter (is_provisional) as waiting_count,
    count(*) as paper_count
from core.papers
group by all
order by listed_in
