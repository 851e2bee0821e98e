-- fail: repeated (paper_id, statement_no); look for a scope that is two benchmarks.
-- Refresh: by paper_id
select
    paper_id,
    statement_no,
    count(*) as row_count
from benchmarks.sota_statements
group by paper_id, statement_no
having count(*) > 1
