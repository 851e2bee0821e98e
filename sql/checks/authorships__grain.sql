-- fail: repeated (paper_id, position); look for a name with two keys.
-- Refresh: by paper_id
select
    paper_id,
    position,
    count(*) as row_count
from authors.authorships
group by paper_id, position
having count(*) > 1
