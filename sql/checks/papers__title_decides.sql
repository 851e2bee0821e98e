-- warn: papers known by title alone whose title does not decide which paper they are: several
-- have it, or one on the same list; ingest their day from a source that gives ids.
select
    provisional_id,
    reason
from intermediate.reconciled_papers
where reason in ('several_papers_of_that_title', 'listed_beside_it')
