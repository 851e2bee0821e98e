-- fail: a mention of a benchmark that benchmarks.benchmarks does not have.
select
    mentions.paper_id,
    mentions.benchmark
from benchmarks.mentions as mentions
anti join benchmarks.benchmarks as benchmarks
    on mentions.benchmark = benchmarks.benchmark
