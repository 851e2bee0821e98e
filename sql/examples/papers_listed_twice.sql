-- question: Which papers were on the list of more than one day?
-- persona: analyst
select
    papers.paper_id,
    papers.title,
    list(listings.listing_date order by listings.listing_date) as listing_dates,
    list(listings.rank order by listings.listing_date) as ranks
from core.papers as papers
inner join core.listings as listings
    on papers.paper_id = listings.paper_id
where papers.listing_count > 1
group by papers.paper_id, papers.title
order by papers.paper_id
limit 20
