-- fail: a record that is not better than the one before, or does not name it.
with ordered as (
    select
        *,
        lag(score) over series as expected_score,
        lag(paper_id) over series as expected_paper_id
    from benchmarks.sota_timeline
    window
        series as (
            partition by benchmark, split, metric_id, metric_unit
            order by listing_date
        )
)

select
    benchmark,
    metric_id,
    listing_date,
    score,
    previous_score
from ordered
where
    previous_score is distinct from expected_score
    or previous_paper_id is distinct from expected_paper_id
    or if(lower_is_better, score >= previous_score, score <= previous_score)
