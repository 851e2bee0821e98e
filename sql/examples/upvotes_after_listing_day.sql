-- question: Which papers gained most upvotes after their listing day?
-- persona: analyst
with seen as (
    select
        papers.paper_id,
        papers.title,
        papers.first_listed_on,
        observations.observed_at,
        observations.upvotes
    from core.papers as papers
    inner join core.observations as observations
        on papers.paper_id = observations.paper_id
),

on_the_day as (
    select
        paper_id,
        arg_max(upvotes, observed_at) as upvotes
    from seen
    where observed_at < first_listed_on + interval 1 day
    group by paper_id
)

select
    papers.paper_id,
    papers.title,
    papers.first_listed_on,
    on_the_day.upvotes as upvotes_on_the_day,
    papers.upvotes,
    papers.upvotes - on_the_day.upvotes as gained
from core.papers as papers
inner join on_the_day
    on papers.paper_id = on_the_day.paper_id
order by gained desc, papers.paper_id asc
limit 10
