-- fail: duplicate_of names no paper, a paper that is a duplicate itself, or one listed later.
select
    papers.paper_id,
    papers.duplicate_of,
    originals.duplicate_of as leads_to
from core.papers as papers
left join core.papers as originals
    on papers.duplicate_of = originals.paper_id
where
    papers.duplicate_of is not null
    and (
        originals.paper_id is null
        or originals.duplicate_of is not null
        or (originals.first_listed_on, originals.paper_id)
        >= (papers.first_listed_on, papers.paper_id)
    )
