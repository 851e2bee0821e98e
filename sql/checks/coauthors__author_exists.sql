-- fail: a pair with an author that is not in authors.authors.
select
    coauthors.author_id,
    coauthors.coauthor_id
from authors.coauthors as coauthors
left join authors.authors as authors
    on coauthors.author_id = authors.author_id
left join authors.authors as others
    on coauthors.coauthor_id = others.author_id
where authors.author_id is null or others.author_id is null
