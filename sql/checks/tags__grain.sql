-- fail: repeated (source, tag); look for a tag with two labels.
-- Refresh: by tag
select
    source,
    tag,
    count(*) as row_count
from tags.tags
group by source, tag
having count(*) > 1
