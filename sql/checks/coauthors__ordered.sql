-- fail: a pair that is not stored once, smaller author_id first.
-- Refresh: by author_id
select
    author_id,
    coauthor_id
from authors.coauthors
where author_id >= coauthor_id
