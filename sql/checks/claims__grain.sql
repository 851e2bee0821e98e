-- fail: repeated (paper_id, claim_no); look for a text that was extracted twice.
-- Refresh: by paper_id
select
    paper_id,
    claim_no,
    count(*) as row_count
from benchmarks.claims
group by paper_id, claim_no
having count(*) > 1
