-- fail: an authorship of an author that is not in authors.authors.
-- Refresh: by author_id
select
    authorships.paper_id,
    authorships.position,
    authorships.author_id
from authors.authorships as authorships
anti join authors.authors as authors
    on authorships.author_id = authors.author_id
