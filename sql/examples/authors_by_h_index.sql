-- question: Whose papers are upvoted most steadily, and how many of them lately?
-- persona: analyst
select
    authors.name,
    authors.h_index,
    authors.paper_count,
    authors.upvote_count,
    authors.is_ambiguous,
    authors.first_seen_on,
    max(author_activity.month) as last_month,
    max_by(author_activity.paper_count, author_activity.month) as last_month_paper_count
from authors.authors as authors
inner join authors.author_activity as author_activity
    on authors.author_id = author_activity.author_id
where authors.kind = 'person'
group by all
order by authors.h_index desc, authors.upvote_count desc, authors.name asc
limit 20
