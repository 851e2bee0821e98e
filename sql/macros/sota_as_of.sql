-- benchmarks.sota_as_of(benchmark, ts): the best numbers on a benchmark as believed at ts.
-- One row a series of benchmarks.sota_timeline, from papers listed up to the day of ts, that
-- day included: a list has a day and no hour. benchmark in any case; null for all of them.
-- Numbers are those of the latest known texts: the lake keeps counts over time, not texts.
-- Without a CTE, because DuckDB 1.4.1 cannot call a stored macro that has one.
select
    timeline.benchmark,
    timeline.split,
    timeline.metric_id,
    timeline.metric_unit,
    timeline.lower_is_better,
    timeline.score,
    timeline.value,
    timeline.unit,
    timeline.listing_date as since,
    timeline.paper_id,
    timeline.claim_no,
    timeline.quote
from benchmarks.sota_timeline as timeline
where
    (benchmark is null or lower(timeline.benchmark) = lower(benchmark::varchar)) -- noqa: RF02, RF03
    and timeline.listing_date <= ts::timestamp::date -- noqa: RF02, RF03
qualify
    row_number() over (
        partition by
            timeline.benchmark, timeline.split, timeline.metric_id, timeline.metric_unit
        order by timeline.listing_date desc
    ) = 1
order by timeline.benchmark, timeline.split, timeline.metric_id, timeline.metric_unit
