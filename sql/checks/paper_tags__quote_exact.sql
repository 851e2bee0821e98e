-- fail: the text between the offsets is not the quote; a tag nobody can point at.
-- Refresh: by paper_id
with texts as (
    select
        paper_tags.paper_id,
        paper_tags.source,
        paper_tags.tag,
        paper_tags.start_offset,
        paper_tags.end_offset,
        paper_tags.quote,
        case paper_tags.field
            when 'title' then papers.title
            when 'abstract' then papers.abstract
            when 'ai_keywords' then papers.ai_keywords[paper_tags.position]
            when 'categories' then papers.categories[paper_tags.position]
        end as text
    from tags.paper_tags as paper_tags
    inner join core.papers as papers
        on paper_tags.paper_id = papers.paper_id
)

select
    paper_id,
    source,
    tag,
    quote
from texts
-- substring() counts code points from 1, Python from 0
where
    quote = ''
    or substring(text, start_offset + 1, end_offset - start_offset) is distinct from quote
