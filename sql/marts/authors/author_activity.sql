-- authors.author_activity: papers and upvotes of each author by month.
-- Grain:   one row per (author_id, month)
-- Sources: authors.authorships, core.papers
-- As-of:   upvotes as last observed; they settle in one to two weeks
-- Refresh: by author_id; core.papers through authors.authorships on paper_id
-- Columns:
--   author_id: id in authors.authors
--   month: first day of the month in which the papers were first listed
--   paper_count: papers of the author first listed in that month
--   upvote_count: upvotes of those papers; null when none of them has been counted
--   is_first: whether the author was first seen in this month
with members as (
    select distinct
        author_id,
        paper_id
    from authors.authorships
),

months as (
    select
        members.author_id,
        date_trunc('month', papers.first_listed_on)::date as month,
        count(*) as paper_count,
        sum(papers.upvotes)::bigint as upvote_count
    from members
    inner join core.papers as papers
        on members.paper_id = papers.paper_id
    group by members.author_id, date_trunc('month', papers.first_listed_on)::date
)

select
    author_id,
    month,
    paper_count,
    upvote_count,
    month = min(month) over (partition by author_id) as is_first
from months
order by author_id, month
