-- fail: authors.organizations and core.papers count the papers of an account's organization
-- differently, or an account is of no organization or of two.
with accounts as (
    select
        organization_id,
        paper_count,
        unnest(organization_slugs) as organization_slug
    from authors.organizations
),

counted as (
    select
        organization_slug,
        count(*) as paper_count
    from core.papers
    where organization_slug is not null
    group by organization_slug
),

paired as (
    select
        accounts.organization_id,
        accounts.paper_count,
        counted.organization_slug,
        counted.paper_count as expected_count
    from accounts
    full outer join counted
        on accounts.organization_slug = counted.organization_slug
)

select
    organization_id,
    any_value(paper_count) as paper_count,
    sum(expected_count) as expected_count
from paired
group by organization_id
having
    any_value(paper_count) is distinct from sum(expected_count)
    or count(distinct organization_slug) < count(*)
