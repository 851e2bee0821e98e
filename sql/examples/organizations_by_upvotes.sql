-- question: Which organizations' papers were upvoted most, in sum and a paper?
-- persona: analyst
select
    organization_id,
    name,
    paper_count,
    upvote_count,
    round(upvote_count / paper_count, 1) as upvotes_per_paper
from authors.organizations
order by upvote_count desc, organization_id asc
limit 10
