-- fail: a contradiction whose two claims are not there, or do not differ.
select
    contradictions.paper_id,
    contradictions.claim_no,
    contradictions.other_paper_id,
    contradictions.other_claim_no
from benchmarks.contradictions as contradictions
left join benchmarks.claims as mine
    on
        contradictions.paper_id = mine.paper_id
        and contradictions.claim_no = mine.claim_no
        and contradictions.score = mine.score
left join benchmarks.claims as theirs
    on
        contradictions.other_paper_id = theirs.paper_id
        and contradictions.other_claim_no = theirs.claim_no
        and contradictions.other_score = theirs.score
where
    mine.paper_id is null
    or theirs.paper_id is null
    or mine.score = theirs.score
    or mine.metric_unit is distinct from theirs.metric_unit
    or contradictions.paper_id >= contradictions.other_paper_id
