-- fail: repeated (paper_id, url); look for one address found twice.
-- Refresh: by paper_id
select
    paper_id,
    url,
    count(*) as row_count
from core.code_urls
group by paper_id, url
having count(*) > 1
