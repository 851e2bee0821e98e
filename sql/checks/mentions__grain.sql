-- fail: repeated (paper_id, benchmark); look for two spellings of one name.
-- Refresh: by paper_id
select
    paper_id,
    benchmark,
    count(*) as row_count
from benchmarks.mentions
group by paper_id, benchmark
having count(*) > 1
