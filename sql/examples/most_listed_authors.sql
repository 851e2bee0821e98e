-- question: Who is on most papers, and with whom most often?
-- persona: analyst
with leading_authors as (
    select
        author_id,
        name,
        paper_count,
        is_ambiguous
    from authors.authors
    order by paper_count desc, author_id asc
    limit 10
),

-- a pair is stored once, under its smaller id
partners as (
    select
        author_id,
        coauthor_id,
        paper_count
    from authors.coauthors
    where author_id in (select leading_authors.author_id from leading_authors)
    union all
    select
        coauthor_id as author_id,
        author_id as coauthor_id,
        paper_count
    from authors.coauthors
    where coauthor_id in (select leading_authors.author_id from leading_authors)
),

closest as (
    select
        author_id,
        coauthor_id,
        paper_count
    from partners
    qualify
        row_number() over (
            partition by author_id
            order by paper_count desc, coauthor_id asc
        ) = 1
)

select
    leading_authors.name,
    leading_authors.paper_count,
    leading_authors.is_ambiguous,
    coauthors.name as closest_coauthor,
    closest.paper_count as shared_paper_count
from leading_authors
left join closest
    on leading_authors.author_id = closest.author_id
left join authors.authors as coauthors
    on closest.coauthor_id = coauthors.author_id
order by leading_authors.paper_count desc, leading_authors.author_id asc
