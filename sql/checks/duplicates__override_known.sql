-- warn: an override of duplicates names a paper that no list has; mistyped, or not ingested yet?
select
    overrides.place,
    overrides.paper_id,
    overrides.other_id
from reference.duplicate_overrides as overrides
left join core.papers as papers
    on overrides.paper_id = papers.paper_id
left join core.papers as others
    on overrides.other_id = others.paper_id
where papers.paper_id is null or others.paper_id is null
