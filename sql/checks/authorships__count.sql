-- fail: authors of a paper got lost between core.papers and authors.authorships.
-- Refresh: by paper_id
with counted as (
    select
        paper_id,
        count(*) as authorship_count
    from authors.authorships
    group by paper_id
)

select
    papers.paper_id,
    papers.author_count,
    counted.authorship_count
from core.papers as papers
left join counted
    on papers.paper_id = counted.paper_id
where papers.author_count != coalesce(counted.authorship_count, 0)
