-- fail: the offsets of a statement count in another text than the stored one.
-- Refresh: by paper_id
with texts as (
    select
        sota_statements.paper_id,
        sota_statements.statement_no,
        sota_statements.field,
        sota_statements.text_sha256,
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
    text_sha256
from texts
where sha256(text) is distinct from text_sha256
