-- question: Which repositories are starred far more than their papers are upvoted?
-- persona: analyst
select
    paper_id,
    title,
    github_repo,
    github_stars,
    upvotes,
    round(github_stars / upvotes, 1) as stars_per_upvote
from core.papers
where github_stars > 0 and upvotes > 0
order by github_stars / upvotes desc, paper_id asc
limit 10
