-- fail: a pair with an author that is not in authors.authors.
-- Authors first: there are far fewer of them than of pairs, which are looked at only if one is
-- unknown.
with paired as (
    select author_id
    from authors.coauthors
    union distinct
    select coauthor_id
    from authors.coauthors
),

unknown as (
    select paired.author_id
    from paired
    anti join authors.authors as authors
        on paired.author_id = authors.author_id
)

select
    coauthors.author_id,
    coauthors.coauthor_id
from authors.coauthors as coauthors
semi join unknown
    on coauthors.author_id = unknown.author_id
union distinct
select
    coauthors.author_id,
    coauthors.coauthor_id
from authors.coauthors as coauthors
semi join unknown
    on coauthors.coauthor_id = unknown.author_id
