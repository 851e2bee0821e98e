-- fail: repeated (benchmark, split, metric_id, metric_unit, listing_date); look for two bests of
-- a day.
select
    benchmark,
    split,
    metric_id,
    metric_unit,
    listing_date,
    count(*) as row_count
from benchmarks.sota_timeline
group by benchmark, split, metric_id, metric_unit, listing_date
having count(*) > 1
