-- authors.coauthors: pairs of authors on the same paper, papers of over 100 authors left out.
-- Those are one paper in 200 and would make 92 % of all pairs (measured on 9,197 papers: 7.3
-- million pairs instead of 0.6 million), while being one of 300 names says little about who
-- works with whom. authors.authorships has them all.
-- Grain:   one row per (author_id, coauthor_id)
-- Sources: intermediate.authorships
-- As-of:   each paper's latest state
-- Refresh: by author_id within paper_id
-- Columns:
--   author_id: the smaller id of the two
--   coauthor_id: the greater id of the two
--   paper_count: papers they share, of at most 100 authors each
--   first_listed_on: first listing day of a shared paper
--   last_listed_on: last listing day of a shared paper
with sized as (
    select
        paper_id,
        author_id,
        first_listed_on,
        last_listed_on,
        count(*) over (partition by paper_id) as author_count
    from intermediate.authorships
),

-- distinct: a paper may name an author twice
members as (
    select distinct
        paper_id,
        author_id,
        first_listed_on,
        last_listed_on
    from sized
    where author_count <= 100
)

select
    members.author_id,
    others.author_id as coauthor_id,
    count(*) as paper_count,
    min(members.first_listed_on) as first_listed_on,
    max(members.last_listed_on) as last_listed_on
from members
inner join members as others
    on
        members.paper_id = others.paper_id
        and members.author_id < others.author_id
group by members.author_id, others.author_id
order by members.author_id, others.author_id
