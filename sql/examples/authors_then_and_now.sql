-- question: Which authors gained most upvotes since the start of the last listed month?
-- persona: analyst
select
    authors.name,
    earlier.upvote_count as upvotes_then,
    authors.upvote_count as upvotes_now
from authors.authors as authors
left join
    authors.authors_as_of(
        (select date_trunc('month', max(listings.listing_date)) from core.listings as listings)
    ) as earlier
    on authors.author_id = earlier.author_id
order by
    authors.upvote_count - coalesce(earlier.upvote_count, 0) desc nulls last,
    authors.author_id asc
limit 20
