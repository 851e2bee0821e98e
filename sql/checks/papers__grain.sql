-- fail: repeated (paper_id); look for ties that intermediate.papers does not break.
-- Refresh: by paper_id
select
    paper_id,
    count(*) as row_count
from core.papers
group by paper_id
having count(*) > 1
