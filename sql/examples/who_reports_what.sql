-- question: Who reports what on GSM8K, and where does it say so?
-- persona: analyst
select
    papers.first_listed_on,
    claims.paper_id,
    claims.metric_name,
    claims.value,
    claims.unit,
    claims.kind,
    claims.owner,
    claims.model_name,
    claims.quote
from benchmarks.claims as claims
inner join core.papers as papers
    on claims.paper_id = papers.paper_id
where claims.benchmark = 'GSM8K'
order by papers.first_listed_on, claims.paper_id, claims.claim_no
