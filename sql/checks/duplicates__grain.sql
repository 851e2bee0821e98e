-- fail: repeated (paper_id, other_id); look for a pair found in two orders.
select
    paper_id,
    other_id,
    count(*) as row_count
from core.duplicates
group by paper_id, other_id
having count(*) > 1
