-- authors.organizations_as_of(ts): organizations with the papers and upvotes known at ts.
-- ts is UTC: a timestamp, a day (its midnight) or text of either. Which organization a paper
-- is under is as known today.
-- Without a CTE, because DuckDB 1.4.1 cannot call a stored macro that has one.
select
    organization_id,
    name,
    count(*) as paper_count,
    sum(upvotes)::bigint as upvote_count,
    count(*) filter (where upvotes >= place) as h_index,
    min(first_listed_on) as first_seen_on,
    max(last_listed_on) as last_seen_on
from (
    select
        known.organization_id,
        known.name,
        papers.upvotes,
        papers.first_listed_on,
        papers.last_listed_on,
        row_number() over (
            partition by known.organization_id
            order by papers.upvotes desc nulls last, papers.paper_id asc
        ) as place
    from authors.organizations as known
    inner join core.papers as members
        on list_contains(known.organization_slugs, members.organization_slug)
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
group by organization_id, name
order by organization_id
