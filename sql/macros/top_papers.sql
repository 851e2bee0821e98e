-- core.top_papers(from_day, to_day, ts): papers listed from from_day to to_day, by upvotes at ts.
-- Both days count. ts is UTC; what was not yet seen on these lists at ts is absent. A paper
-- listed on several of the days stands once, under the first. Ties go by paper_id; what only
-- a capture had shown by then has no counts and comes last.
-- Without a CTE, because DuckDB 1.4.1 cannot call a stored macro that has one.
select
    row_number() over (
        order by
            arg_max(observations.upvotes, observations.observed_at) desc nulls last,
            papers.paper_id asc
    ) as rank,
    papers.paper_id,
    papers.title,
    min(listings.listing_date) as listing_date,
    arg_max(observations.upvotes, observations.observed_at) as upvotes,
    arg_max(observations.comments, observations.observed_at) as comments,
    max(observations.observed_at) as observed_at
from core.papers as papers
inner join core.listings as listings
    on papers.paper_id = listings.paper_id
left join core.observations as observations
    on
        papers.paper_id = observations.paper_id
        and observations.observed_at <= ts::timestamp -- noqa: RF02
where
    listings.listing_date between from_day::date and to_day::date -- noqa: RF02
    and listings.first_observed_at <= ts::timestamp -- noqa: RF02
group by papers.paper_id, papers.title
order by rank
