-- fail: the offsets of a mention count in another text than the stored one.
-- Refresh: by paper_id
with texts as (
    select
        mentions.paper_id,
        mentions.benchmark,
        mentions.field,
        mentions.text_sha256,
        case mentions.field
            when 'title' then papers.title
            when 'abstract' then papers.abstract
        end as text
    from benchmarks.mentions as mentions
    inner join core.papers as papers
        on mentions.paper_id = papers.paper_id
)

select
    paper_id,
    benchmark,
    field,
    text_sha256
from texts
where sha256(text) is distinct from text_sha256
