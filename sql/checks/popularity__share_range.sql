-- fail: a share outside 0 to 1; the papers of a month are counted wrong.
select
    benchmark,
    month,
    share
from benchmarks.popularity
where share not between 0 and 1 or claiming_paper_count > paper_count
