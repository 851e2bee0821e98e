-- authors.organizations: organizations that papers are listed under.
-- Accounts of one entry of the Research Organization Registry are one organization; an account
-- without an entry is an organization of its own.
-- Grain:   one row per (organization_id)
-- Sources: core.papers, derived.organization_matches
-- As-of:   each paper's latest state; the source names organizations from 2025-10
-- Refresh: full
-- Columns:
--   organization_id: ror_id, or the account's name when the registry has no entry
--   name: display name on the last observed paper of the account with most papers
--   name_variants: display names of all its papers, most frequent first
--   organization_slugs: names of its accounts, that with most papers first
--   ror_id: the organization in the Research Organization Registry; null when none is found
--   ror_name: its name there
--   country_code: its country there
--   match_score: how sure the match is, of the least sure account; 1 for the registry's own
--     name, 0 for no match
--   paper_count: papers under the organization
--   upvote_count: upvotes of those papers, as last observed
--   h_index: greatest h such that h of those papers have at least h upvotes each
--   first_seen_on: first listing day of such a paper
--   last_seen_on: last listing day of such a paper
with members as (
    select
        coalesce(matches.ror_id, papers.organization_slug) as organization_id,
        papers.organization_slug,
        papers.organization_name,
        papers.paper_id,
        papers.upvotes,
        papers.first_listed_on,
        papers.last_listed_on,
        papers.last_observed_at,
        matches.ror_id,
        matches.ror_name,
        matches.country_code,
        matches.match_score
    from core.papers as papers
    inner join derived.organization_matches as matches
        on papers.organization_slug = matches.organization_slug
),

ranked as (
    select
        *,
        row_number() over (
            partition by organization_id
            order by upvotes desc nulls last, paper_id asc
        ) as place
    from members
),

counted as (
    select
        organization_id,
        any_value(ror_id) as ror_id,
        any_value(ror_name) as ror_name,
        any_value(country_code) as country_code,
        min(match_score) as match_score,
        count(*) as paper_count,
        sum(upvotes)::bigint as upvote_count,
        -- of papers by falling upvotes, those that have at least as many as their place
        count(*) filter (where upvotes >= place) as h_index,
        min(first_listed_on) as first_seen_on,
        max(last_listed_on) as last_seen_on
    from ranked
    group by organization_id
),

accounts as (
    select
        organization_id,
        organization_slug,
        count(*) as paper_count,
        max_by(
            organization_name, (organization_name is not null, last_observed_at, paper_id)
        ) as name
    from members
    group by organization_id, organization_slug
),

listed as (
    select
        organization_id,
        list(organization_slug order by paper_count desc, organization_slug asc)
            as organization_slugs,
        list(name order by paper_count desc, organization_slug asc) as names
    from accounts
    group by organization_id
),

printed as (
    select
        organization_id,
        organization_name,
        count(*) as paper_count
    from members
    where organization_name is not null
    group by organization_id, organization_name
),

variants as (
    select
        organization_id,
        list(organization_name order by paper_count desc, organization_name asc) as name_variants
    from printed
    group by organization_id
)

select
    counted.organization_id,
    listed.names[1] as name,
    coalesce(variants.name_variants, []) as name_variants,
    listed.organization_slugs,
    counted.ror_id,
    counted.ror_name,
    counted.country_code,
    counted.match_score,
    counted.paper_count,
    counted.upvote_count,
    counted.h_index,
    counted.first_seen_on,
    counted.last_seen_on
from counted
inner join listed
    on counted.organization_id = listed.organization_id
left join variants
    on counted.organization_id = variants.organization_id
order by counted.organization_id
