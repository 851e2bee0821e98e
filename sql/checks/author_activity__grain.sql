-- fail: repeated (author_id, month); look for a join that multiplies rows.
-- Refresh: by author_id
select
    author_id,
    month,
    count(*) as row_count
from authors.author_activity
group by author_id, month
having count(*) > 1
