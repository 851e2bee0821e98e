-- question: Which benchmarks does a larger share of papers name in the last three months?
-- persona: analyst
with latest as (
    select max(month) as month
    from benchmarks.popularity
),

months as (
    select
        first_listed_on,
        paper_id,
        first_listed_on >= (select latest.month from latest) - interval 2 month as is_recent
    from core.papers
),

totals as (
    select
        count(*) filter (where is_recent) as recent_count,
        count(*) filter (where not is_recent) as earlier_count
    from months
),

named as (
    select
        popularity.benchmark,
        coalesce(sum(popularity.paper_count) filter (
            where popularity.month >= latest.month - interval 2 month
        ), 0) as recent_count,
        sum(popularity.paper_count) as paper_count
    from benchmarks.popularity as popularity
    cross join latest
    group by popularity.benchmark
)

select
    named.benchmark,
    named.recent_count,
    named.paper_count,
    round(100 * named.recent_count / totals.recent_count, 3) as recent_share_pct,
    round(
        100 * (named.paper_count - named.recent_count) / nullif(totals.earlier_count, 0), 3
    ) as earlier_share_pct
from named
cross join totals
where named.recent_count > 0
order by
    recent_share_pct - coalesce(earlier_share_pct, 0) desc,
    named.benchmark asc
limit 10
