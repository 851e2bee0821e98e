-- fail: an authorship of a paper that is not in core.papers.
-- Refresh: by paper_id
select
    authorships.paper_id,
    authorships.position
from authors.authorships as authorships
anti join core.papers as papers
    on authorships.paper_id = papers.paper_id
