-- benchmarks.popularity: how many of a month's new papers name a benchmark.
-- A paper counts once, in the month of its first listing day.
-- Grain:   one row per (benchmark, month)
-- Sources: benchmarks.mentions, benchmarks.claims, core.papers
-- As-of:   each paper's latest text; the last month may still be filling
-- Refresh: full
-- Columns:
--   benchmark: canonical name in benchmarks.benchmarks
--   month: first day of the month
--   paper_count: papers first listed in the month that name it
--   introduced_count: those that introduce it
--   evaluated_count: those that report results on it
--   claiming_paper_count: those with a number on it in the abstract
--   month_paper_count: papers first listed in the month
--   share: paper_count / month_paper_count
with months as (
    select
        date_trunc('month', first_listed_on)::date as month,
        count(*) as month_paper_count
    from core.papers
    group by month
),

claiming as (
    select distinct
        paper_id,
        benchmark
    from benchmarks.claims
    where benchmark is not null
),

counted as (
    select
        mentions.benchmark,
        date_trunc('month', papers.first_listed_on)::date as month,
        count(*) as paper_count,
        count(*) filter (where mentions.role = 'introduced') as introduced_count,
        count(*) filter (where mentions.role = 'evaluated') as evaluated_count,
        count(claiming.paper_id) as claiming_paper_count
    from benchmarks.mentions as mentions
    inner join core.papers as papers
        on mentions.paper_id = papers.paper_id
    left join claiming
        on
            mentions.paper_id = claiming.paper_id
            and mentions.benchmark = claiming.benchmark
    group by mentions.benchmark, month
)

select
    counted.benchmark,
    counted.month,
    counted.paper_count,
    counted.introduced_count,
    counted.evaluated_count,
    counted.claiming_paper_count,
    months.month_paper_count,
    counted.paper_count / months.month_paper_count as share
from counted
inner join months
    on counted.month = months.month
order by counted.benchmark, counted.month
