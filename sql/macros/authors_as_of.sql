-- authors.authors_as_of(ts): authors with the papers and upvotes that were known at ts.
-- ts is UTC: a timestamp, a day (its midnight) or text of either. Who is who is as known today:
-- an author is the author of the current clusters, counted over what had been seen by ts.
-- h_index counts papers without a number of upvotes as 0.
-- Without a CTE, because DuckDB 1.4.1 cannot call a stored macro that has one.
select
    author_id,
    name,
    is_ambiguous,
    count(*) as paper_count,
    sum(upvotes)::bigint as upvote_count,
    -- of papers by falling upvotes, those that have at least as many as their place
    count(*) filter (where upvotes >= place) as h_index,
    min(first_listed_on) as first_seen_on,
    max(last_listed_on) as last_seen_on
from (
    select
        known.author_id,
        known.name,
        known.is_ambiguous,
        papers.upvotes,
        papers.first_listed_on,
        papers.last_listed_on,
        row_number() over (
            partition by known.author_id
            order by papers.upvotes desc nulls last, papers.paper_id asc
        ) as place
    from authors.authors as known
    inner join (
        select distinct
            author_id,
            paper_id
        from authors.authorships
    ) as members
        on known.author_id = members.author_id
    inner join (
        select
            listings.paper_id,
            arg_max(observations.upvotes, observations.observed_at) as upvotes,
            min(listings.listing_date) as first_listed_on,
            max(listings.listing_date) as last_listed_on
        from core.listings as listings
        left join core.observations as observations
            on
                listings.paper_id = observations.paper_id
                and observations.observed_at <= ts::timestamp -- noqa: RF02
        where listings.first_observed_at <= ts::timestamp -- noqa: RF02
        group by listings.paper_id
    ) as papers
        on members.paper_id = papers.paper_id
) as ranked
group by author_id, name, is_ambiguous
order by author_id
