-- fail: repeated (benchmark); look for a name that stands twice in the vocabulary.
select
    benchmark,
    count(*) as row_count
from benchmarks.benchmarks
group by benchmark
having count(*) > 1
