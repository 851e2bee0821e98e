-- fail: two papers called the same that do not share one original, or called different that do.
select
    duplicates.paper_id,
    duplicates.other_id,
    duplicates.decision
from core.duplicates as duplicates
inner join core.papers as papers
    on duplicates.paper_id = papers.paper_id
inner join core.papers as others
    on duplicates.other_id = others.paper_id
where
    (duplicates.decision = 'same')
    != (
        coalesce(papers.duplicate_of, papers.paper_id)
        = coalesce(others.duplicate_of, others.paper_id)
    )
