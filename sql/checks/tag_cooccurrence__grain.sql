-- fail: repeated (source, tag, other_tag); look for a tag with two rows in tags.tags.
-- Refresh: by tag
select
    source,
    tag,
    other_tag,
    count(*) as row_count
from tags.tag_cooccurrence
group by source, tag, other_tag
having count(*) > 1
