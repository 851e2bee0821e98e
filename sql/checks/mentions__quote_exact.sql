-- fail: the text between the offsets is not the quote; a mention nobody can point at.
-- Refresh: by paper_id
with texts as (
    select
        mentions.paper_id,
        mentions.benchmark,
        mentions.field,
        mentions.start_offset,
        mentions.end_offset,
        mentions.quote,
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
    start_offset,
    end_offset,
    quote
from texts
-- substring() counts code points from 1, Python from 0
where substring(text, start_offset + 1, end_offset - start_offset) is distinct from quote
