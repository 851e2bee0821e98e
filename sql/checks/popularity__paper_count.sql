-- fail: the months of a benchmark do not add up to its papers in benchmarks.benchmarks.
with summed as (
    select
        benchmark,
        sum(paper_count) as paper_count
    from benchmarks.popularity
    group by benchmark
)

select
    benchmarks.benchmark,
    benchmarks.paper_count,
    summed.paper_count as expected_count
from benchmarks.benchmarks as benchmarks
full outer join summed
    on benchmarks.benchmark = summed.benchmark
where coalesce(benchmarks.paper_count, 0) != coalesce(summed.paper_count, 0)
