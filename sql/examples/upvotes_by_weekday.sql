-- question: On which weekday are lists longest, and papers upvoted most?
-- persona: analyst
select
    isodow(listings.listing_date) as weekday_no,
    dayname(listings.listing_date) as weekday,
    count(distinct listings.listing_date) as list_count,
    round(count(*) / count(distinct listings.listing_date), 1) as papers_a_list,
    median(papers.upvotes) as median_upvotes
from core.listings as listings
inner join core.papers as papers
    on listings.paper_id = papers.paper_id
group by all
order by weekday_no
