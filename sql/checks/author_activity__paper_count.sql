-- fail: an author's months do not add up to the author's papers.
-- Refresh: by author_id
select
    authors.author_id,
    authors.paper_count,
    sum(author_activity.paper_count) as month_count
from authors.authors as authors
left join authors.author_activity as author_activity
    on authors.author_id = author_activity.author_id
group by authors.author_id, authors.paper_count
having sum(author_activity.paper_count) is distinct from authors.paper_count
