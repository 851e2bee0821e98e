-- question: Are papers with a repository upvoted more than those without?
-- persona: analyst
select
    year(first_listed_on) as listed_in,
    github_repo is not null as has_repository,
    count(*) as paper_count,
    median(upvotes) as median_upvotes,
    median(github_stars) as median_stars
from core.papers
group by all
order by listed_in, has_repository
