-- fail: repeated (source, tag, week_start); look for a day that two weeks claim.
-- Refresh: by week_start
select
    source,
    tag,
    week_start,
    count(*) as row_count
from tags.tag_momentum
group by source, tag, week_start
having count(*) > 1
