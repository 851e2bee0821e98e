-- fail: repeated (paper_id, source, tag); look for two keywords that normalise to one tag.
-- Refresh: by paper_id
select
    paper_id,
    source,
    tag,
    count(*) as row_count
from tags.paper_tags
group by paper_id, source, tag
having count(*) > 1
