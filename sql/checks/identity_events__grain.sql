-- fail: repeated (change_no, old_author_id, new_author_id); look for a join that multiplies rows.
select
    change_no,
    old_author_id,
    new_author_id,
    count(*) as row_count
from authors.identity_events
group by change_no, old_author_id, new_author_id
having count(*) > 1
