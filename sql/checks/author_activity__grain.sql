-- fail: repeated (author_id, month); look for a join that multiplies rows.
select
    author_id,
    month,
    count(*) as row_count
from authors.author_activity
group by author_id, month
having count(*) > 1
