-- fail: the text between the offsets is not the quote; a claim nobody can point at.
-- Refresh: by paper_id
with texts as (
    select
        claims.paper_id,
        claims.claim_no,
        claims.field,
        claims.start_offset,
        claims.end_offset,
        claims.quote,
        claims.model_name,
        claims.model_start_offset,
        claims.model_end_offset,
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
    start_offset,
    end_offset,
    quote
from texts
-- substring() counts code points from 1, Python from 0
where
    quote = ''
    or substring(text, start_offset + 1, end_offset - start_offset) is distinct from quote
    or (
        model_name is not null
        and substring(text, model_start_offset + 1, model_end_offset - model_start_offset)
        is distinct from model_name
    )
