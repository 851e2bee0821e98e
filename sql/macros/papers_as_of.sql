-- core.papers_as_of(ts): papers as they were known at ts, each with the last counts seen by then.
-- ts is UTC: a timestamp, a day (its midnight) or text of either. Papers not yet seen at ts are
-- absent; counts are null where only a capture had shown the paper. Titles are the latest
-- known: the lake keeps counts over time, not texts.
-- Without a CTE, because DuckDB 1.4.1 cannot call a stored macro that has one.
select
    papers.paper_id,
    papers.title,
    papers.published_on,
    min(listings.listing_date) as first_listed_on,
    max(listings.listing_date) as last_listed_on,
    -- a paper has one observation at a time, so that nothing here depends on chance
    arg_max(observations.upvotes, observations.observed_at) as upvotes,
    arg_max(observations.comments, observations.observed_at) as comments,
    arg_max_null(observations.github_stars, observations.observed_at) as github_stars,
    max(observations.observed_at) as observed_at,
    count(distinct observations.observed_at) as observation_count
from core.papers as papers
inner join core.listings as listings
    on papers.paper_id = listings.paper_id
left join core.observations as observations
    on
        papers.paper_id = observations.paper_id
        and observations.observed_at <= ts::timestamp -- noqa: RF02
where listings.first_observed_at <= ts::timestamp -- noqa: RF02
group by papers.paper_id, papers.title, papers.published_on
order by papers.paper_id
