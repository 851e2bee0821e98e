-- authors.coauthors: pairs of authors on the same paper, papers of over 60 authors left out.
-- Those are one paper in 100 and would make 94 % of all pairs (measured on 9,197 papers: 7.3
-- million instead of 0.46 million), while being one of many says little about who works with
-- whom: identity/evidence.py draws the same line. authors.authorships has them all.
-- Grain:   one row per (author_id, coauthor_id)
-- Sources: intermediate.authorships
-- As-of:   each paper's latest state
-- Refresh: by author_id within paper_id
-- Columns:
--   author_id: the smaller id of the two
--   coauthor_id: the greater id of the two
--   paper_count: papers they share, of at most 60 authors each
--   first_listed_on: first listing day of a shared paper
--   last_listed_on: last listing day of a shared paper
with members as (
    select
        paper_id,
        first_listed_on,
        last_listed_on,
        -- distinct: a paper may name an author twice
        list(distinct author_id) as author_ids
    from intermediate.authorships
    group by paper_id, first_listed_on, last_listed_on
    having count(*) <= 60
),

member as (
    select
        first_listed_on,
        last_listed_on,
        author_ids,
        unnest(author_ids) as author_id
    from members
),

-- lists are faster than a join of authorships with themselves
pairs as (
    select
        first_listed_on,
        last_listed_on,
        author_id,
        unnest(list_filter(author_ids, lambda other: other > author_id)) as coauthor_id
    from member
)

select
    author_id,
    coauthor_id,
    count(*) as paper_count,
    min(first_listed_on) as first_listed_on,
    max(last_listed_on) as last_listed_on
from pairs
group by author_id, coauthor_id
order by author_id, coauthor_id
