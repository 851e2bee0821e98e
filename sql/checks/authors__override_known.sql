-- warn: an override of an authorship that is not there; mistyped, or its paper was never listed.
select
    author_overrides.paper_id,
    author_overrides.position,
    author_overrides.author
from reference.author_overrides as author_overrides
anti join authors.authorships as authorships
    on
        author_overrides.paper_id = authorships.paper_id
        and author_overrides.position = authorships.position
