-- fail: a claim on a benchmark that benchmarks.mentions does not have for its paper.
-- Refresh: by paper_id
select
    claims.paper_id,
    claims.claim_no,
    claims.benchmark
from benchmarks.claims as claims
anti join benchmarks.mentions as mentions
    on
        claims.paper_id = mentions.paper_id
        and claims.benchmark = mentions.benchmark
where claims.benchmark is not null
