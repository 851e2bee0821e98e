-- fail: repeated (benchmark, month); look for a paper counted in two months.
select
    benchmark,
    month,
    count(*) as row_count
from benchmarks.popularity
group by benchmark, month
having count(*) > 1
