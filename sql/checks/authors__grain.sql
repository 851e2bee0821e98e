-- fail: repeated (author_id); look for a cluster with two names.
-- Refresh: by author_id
select
    author_id,
    count(*) as row_count
from authors.authors
group by author_id
having count(*) > 1
