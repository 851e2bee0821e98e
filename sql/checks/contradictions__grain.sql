-- fail: repeated (paper_id, claim_no, other_paper_id, other_claim_no); look for a pair with two
-- reasons.
select
    paper_id,
    claim_no,
    other_paper_id,
    other_claim_no,
    count(*) as row_count
from benchmarks.contradictions
group by paper_id, claim_no, other_paper_id, other_claim_no
having count(*) > 1
