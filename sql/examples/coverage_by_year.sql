-- question: How complete is each year of the list?
-- persona: operator
select
    year(listing_date) as year,
    count(*) as day_count,
    count(*) filter (where state in ('complete', 'empty')) as settled_day_count,
    count(*) filter (where state = 'partial') as partial_day_count,
    count(*) filter (where state = 'failed') as failed_day_count,
    count(*) filter (where state = 'unknown') as unknown_day_count,
    count(*) filter (where is_held) as held_day_count,
    sum(paper_count)::bigint as paper_count
from ops.coverage
group by all
order by year
