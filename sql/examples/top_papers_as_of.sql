-- question: What led the last week of lists a day before the last look?
-- persona: analyst
with known as (
    select
        max(listing_date) as last_day,
        max(last_observed_at) as last_seen_at
    from core.listings
)

select
    rank,
    paper_id,
    title,
    listing_date,
    upvotes,
    observed_at
from
    core.top_papers(
        (select last_day - 6 from known),
        (select last_day from known),
        (select last_seen_at - interval 1 day from known)
    )
order by rank
limit 10
