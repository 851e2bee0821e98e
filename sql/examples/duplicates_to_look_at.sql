-- question: Which pairs of papers are taken for the same work, and how sure is that?
-- persona: maintainer
select
    duplicates.paper_id,
    duplicates.other_id,
    duplicates.decision,
    duplicates.decided_by,
    round(duplicates.score, 3) as score,
    duplicates.reason,
    papers.title
from core.duplicates as duplicates
inner join core.papers as papers
    on duplicates.paper_id = papers.paper_id
order by duplicates.score asc, duplicates.paper_id asc, duplicates.other_id asc
limit 20
