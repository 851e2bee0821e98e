-- question: Which benchmarks do titles and abstracts name most, and to do what?
-- persona: analyst
select
    benchmark,
    is_known,
    paper_count,
    introduced_count,
    evaluated_count,
    trained_count,
    claim_count,
    first_mentioned_on,
    last_mentioned_on
from benchmarks.benchmarks
where paper_count > 0
order by paper_count desc, benchmark asc
limit 10
