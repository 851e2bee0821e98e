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

their_papers as (
    select distinct
        authorships.author_id,
        authorships.paper_id
    from authors.authorships as authorships
    semi join leading_authors
        on authorships.author_id = leading_authors.author_id
),

-- of ten authors this reads less than authors.coauthors, which has everybody's pairs
partners as (
    select
        their_papers.author_id,
        authorships.author_id as coauthor_id,
        count(distinct authorships.paper_id) as paper_count
    from their_papers
    inner join authors.authorships as authorships
        on
            their_papers.paper_id = authorships.paper_id
            and their_papers.author_id != authorships.author_id
    group by their_papers.author_id, authorships.author_id
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
