-- fail: a statement of a paper that is not in core.papers.
-- Refresh: by paper_id
select
    sota_statements.paper_id,
    sota_statements.statement_no
from benchmarks.sota_statements as sota_statements
anti join core.papers as papers
    on sota_statements.paper_id = papers.paper_id
