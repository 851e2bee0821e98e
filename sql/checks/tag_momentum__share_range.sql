-- fail: a share outside 0 to 1; the listings of a week are counted wrong.
-- Refresh: by week_start
select
    source,
    tag,
    week_start,
    share,
    baseline_share,
    smoothed_share
from tags.tag_momentum
where
    share not between 0 and 1
    or baseline_share not between 0 and 1
    or smoothed_share not between 0 and 1
