-- fail: a tag counted by day that tags.tags does not have.
select
    tag_daily.listing_date,
    tag_daily.source,
    tag_daily.tag
from tags.tag_daily as tag_daily
anti join tags.tags as tags
    on tag_daily.source = tags.source and tag_daily.tag = tags.tag
