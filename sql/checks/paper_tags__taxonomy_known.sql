-- fail: a tag of the extractor that the taxonomy does not have.
-- Refresh: by paper_id
select
    paper_tags.paper_id,
    paper_tags.tag
from tags.paper_tags as paper_tags
anti join reference.taxonomy as taxonomy
    on paper_tags.tag = taxonomy.tag
where paper_tags.source = 'taxonomy'
