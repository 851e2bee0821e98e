-- fail: the text between the offsets is not the quote; a statement nobody can point at.
-- Refresh: by paper_id
with texts as (
    select
        sota_statements.paper_id,
        sota_statements.statement_no,
        sota_statements.field,
        sota_statements.start_offset,
        sota_statements.end_offset,
        sota_statements.quote,
        case sota_statements.field
            when 'title' then papers.title
            when 'abstract' then papers.abstract
        end as text
    from benchmarks.sota_statements as sota_statements
    inner join core.papers as papers
        on sota_statements.paper_id = papers.paper_id
)

select
    paper_id,
    statement_no,
    field,
    start_offset,
    end_offset,
    quote
from texts
-- substring() counts code points from 1, Python from 0
where
    quote = ''
    or substring(text, start_offset + 1, end_offset - start_offset) is distinct from quote
