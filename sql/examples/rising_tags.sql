-- question: What is rising: which tags took more of the last full week than of the eight before?
-- persona: analyst
with weeks as (
    -- the week counts from its Friday on: weekends have no list
    select (date_trunc('week', max(listing_date) + 3)::date - 7) as week_start
    from core.listings
)

select
    tag,
    week_start,
    listing_count,
    round(100 * share, 2) as share_pct,
    round(100 * baseline_share, 2) as baseline_share_pct,
    round(100 * momentum, 2) as momentum_pct
from tags.tag_momentum
where
    source = 'taxonomy'
    and week_start = (select weeks.week_start from weeks)
    and momentum is not null
order by momentum desc, tag asc
limit 10
