-- fail: a role that benchmarks.mentions does not promise.
-- Refresh: by paper_id
select
    paper_id,
    benchmark,
    role
from benchmarks.mentions
where role not in ('introduced', 'evaluated', 'trained', 'mentioned')
