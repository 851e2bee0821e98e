-- intermediate.reconciled_papers: papers known by title alone, and which paper each is.
-- It is the paper with the same normalised title (derived.title_keys), looked for under every
-- title that each paper had on any list. With several such papers, or if both are entries of
-- one day's list, nothing is decided: paper_id is the provisional id.
-- reason is same_title, no_paper_of_that_title, several_papers_of_that_title or
-- listed_beside_it.
-- Grain:   one row per (provisional_id)
-- Sources: staging.papers, derived.title_keys
-- As-of:   the lake at the time of the build
-- Refresh: full
with titled as (
    select
        papers.listing_date,
        papers.paper_id,
        title_keys.title_key,
        starts_with(papers.paper_id, 'title:') as is_provisional
    from staging.papers as papers
    inner join derived.title_keys as title_keys
        on papers.title = title_keys.title
),

candidates as (
    select
        waiting.paper_id as provisional_id,
        count(distinct known.paper_id) as candidate_count,
        min(known.paper_id) as paper_id
    from titled as waiting
    left join titled as known
        on
            waiting.title_key = known.title_key
            and not known.is_provisional
    where waiting.is_provisional
    group by waiting.paper_id
),

listed as (
    select
        titled.listing_date,
        coalesce(candidates.paper_id, titled.paper_id) as paper_id
    from titled
    left join candidates
        on
            titled.paper_id = candidates.provisional_id
            and candidates.candidate_count = 1
),

-- two entries of one list are two papers
repeated as (
    select paper_id
    from listed
    group by listing_date, paper_id
    having count(*) > 1
),

clashes as (
    select distinct paper_id
    from repeated
),

judged as (
    select
        candidates.provisional_id,
        candidates.paper_id,
        case
            when candidates.candidate_count = 0 then 'no_paper_of_that_title'
            when candidates.candidate_count > 1 then 'several_papers_of_that_title'
            when clashes.paper_id is not null then 'listed_beside_it'
            else 'same_title'
        end as reason
    from candidates
    left join clashes
        on candidates.paper_id = clashes.paper_id
)

select
    provisional_id,
    case when reason = 'same_title' then paper_id else provisional_id end as paper_id,
    reason
from judged
