-- fail: a pair with a paper that core.papers does not have.
select
    duplicates.paper_id,
    duplicates.other_id
from core.duplicates as duplicates
left join core.papers as papers
    on duplicates.paper_id = papers.paper_id
left join core.papers as others
    on duplicates.other_id = others.paper_id
where papers.paper_id is null or others.paper_id is null
