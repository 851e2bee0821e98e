-- authors.organization_activity: papers and upvotes of each organization by month.
-- Grain:   one row per (organization_id, month)
-- Sources: core.papers, derived.organization_matches
-- As-of:   upvotes as last observed; they settle in one to two weeks
-- Refresh: full
-- Columns:
--   organization_id: id in authors.organizations
--   month: first day of the month in which the papers were first listed
--   paper_count: papers under the organization first listed in that month
--   upvote_count: upvotes of those papers; null when none of them has been counted
--   is_first: whether the organization was first seen in this month
with months as (
    select
        coalesce(matches.ror_id, papers.organization_slug) as organization_id,
        date_trunc('month', papers.first_listed_on)::date as month,
        count(*) as paper_count,
        sum(papers.upvotes)::bigint as upvote_count
    from core.papers as papers
    inner join derived.organization_matches as matches
        on papers.organization_slug = matches.organization_slug
    group by
        coalesce(matches.ror_id, papers.organization_slug),
        date_trunc('month', papers.first_listed_on)::date
)

select
    organization_id,
    month,
    paper_count,
    upvote_count,
    month = min(month) over (partition by organization_id) as is_first
from months
order by organization_id, month
