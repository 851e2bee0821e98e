-- fail: a tag of a paper that is not in core.papers.
-- Refresh: by paper_id
select
    paper_tags.paper_id,
    paper_tags.tag
from tags.paper_tags as paper_tags
anti join core.papers as papers
    on paper_tags.paper_id = papers.paper_id
