-- question: Which papers led a day's list as it looked that night, and what became of them?
-- persona: analyst
with last_day as (
    select max(listing_date) as listing_date
    from core.listings
),

as_seen as (
    select
        listings.paper_id,
        arg_min(observations.upvotes, observations.observed_at) as first_upvotes
    from core.listings as listings
    inner join core.observations as observations
        on listings.paper_id = observations.paper_id
    where listings.listing_date = (select last_day.listing_date from last_day)
    group by listings.paper_id
)

select
    row_number() over (order by as_seen.first_upvotes desc, papers.paper_id asc) as first_rank,
    papers.paper_id,
    papers.title,
    as_seen.first_upvotes,
    papers.upvotes
from as_seen
inner join core.papers as papers
    on as_seen.paper_id = papers.paper_id
order by first_rank
limit 10
