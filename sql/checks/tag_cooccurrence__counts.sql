-- fail: a pair of tags out of order, or on more papers than one of its tags.
-- Refresh: by tag
select
    source,
    tag,
    other_tag,
    paper_count
from tags.tag_cooccurrence
where
    tag >= other_tag
    or paper_count > least(tag_paper_count, other_paper_count)
    or jaccard not between 0 and 1
