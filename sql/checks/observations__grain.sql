-- fail: repeated (paper_id, observed_at); look for ties that the model does not break.
-- Refresh: by paper_id
select
    paper_id,
    observed_at,
    count(*) as row_count
from core.observations
group by paper_id, observed_at
having count(*) > 1
