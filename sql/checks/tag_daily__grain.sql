-- fail: repeated (listing_date, source, tag); look for a paper tagged twice.
-- Refresh: by listing_date
select
    listing_date,
    source,
    tag,
    count(*) as row_count
from tags.tag_daily
group by listing_date, source, tag
having count(*) > 1
