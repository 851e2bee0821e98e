-- question: Which names stand for several people, by the accounts behind their papers?
-- persona: maintainer
select
    authors.name,
    count(distinct authors.author_id) as author_count,
    sum(authors.paper_count)::bigint as paper_count,
    list(distinct authorships.account_id order by authorships.account_id) as account_ids
from authors.authors as authors
inner join authors.authorships as authorships
    on authors.author_id = authorships.author_id
where authorships.account_id is not null
group by authors.name
having count(distinct authors.author_id) > 1
order by author_count desc, paper_count desc, authors.name asc
limit 10
