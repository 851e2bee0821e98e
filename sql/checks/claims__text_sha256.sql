-- fail: the offsets of a claim count in another text than the stored one.
-- Refresh: by paper_id
with texts as (
    select
        claims.paper_id,
        claims.claim_no,
        claims.field,
        claims.text_sha256,
        case claims.field
            when 'title' then papers.title
            when 'abstract' then papers.abstract
        end as text
    from benchmarks.claims as claims
    inner join core.papers as papers
        on claims.paper_id = papers.paper_id
)

select
    paper_id,
    claim_no,
    field,
    text_sha256
from texts
where sha256(text) is distinct from text_sha256
