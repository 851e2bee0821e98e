-- fail: the positions of a paper's authors are not 1, 2, 3 and so on.
-- Refresh: by paper_id
select
    paper_id,
    count(*) as author_count,
    min(position) as lowest,
    max(position) as highest
from authors.authorships
group by paper_id
having min(position) != 1 or max(position) != count(*) or count(distinct position) != count(*)
