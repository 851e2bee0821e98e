-- fail: a claim of a paper that is not in core.papers.
-- Refresh: by paper_id
select
    claims.paper_id,
    claims.claim_no
from benchmarks.claims as claims
anti join core.papers as papers
    on claims.paper_id = papers.paper_id
