-- fail: a pair that is not stored smaller paper_id first.
select
    paper_id,
    other_id
from core.duplicates
where paper_id >= other_id
