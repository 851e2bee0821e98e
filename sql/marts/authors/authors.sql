-- authors.authors: author clusters, from names, co-authors, organizations, titles, accounts.
-- Two people of one common name are kept apart unless something ties their papers together,
-- so that a person may be two rows; is_ambiguous says where that is likely.
-- Grain:   one row per (author_id)
-- Sources: intermediate.authorships, core.papers
-- As-of:   each paper's latest state; authors.authors_as_of(ts) goes back
-- Refresh: by author_id; core.papers through intermediate.authorships on paper_id
-- Columns:
--   author_id: hash of the author's first listed authorship; stays when the author publishes
--     more, see authors.identity_events
--   name: most frequent printed form; ties by the form itself
--   name_variants: printed forms, most frequent first
--   kind: person, group (a collaboration or a company) or unusable (a name that says nothing)
--   method: how authorships were grouped: 'cluster', or 'override' when the file of overrides
--     names at least one of them
--   confidence: mean over the authorships of the probability that each is this person's
--   evidence: what holds the cluster together, in words
--   paper_count: papers with the author
--   upvote_count: upvotes of those papers, as last observed; null when none has been counted
--   h_index: greatest h such that h of those papers have at least h upvotes each
--   first_seen_on: first listing day of such a paper
--   last_seen_on: last listing day of such a paper
--   account_count: distinct accounts linked to these authorships
--   is_ambiguous: a common name with little evidence, a name that says nothing, that is cut by
--     "et al." or that a paper has twice, long author lists only, or two accounts
with printed as (
    select
        author_id,
        name_as_printed,
        count(*) as authorship_count
    from intermediate.authorships
    group by author_id, name_as_printed
),

variants as (
    select
        author_id,
        list(name_as_printed order by authorship_count desc, name_as_printed asc) as name_variants
    from printed
    group by author_id
),

counted as (
    select
        author_id,
        min(first_listed_on) as first_seen_on,
        max(last_listed_on) as last_seen_on,
        count(distinct account_id) as account_count,
        any_value(author_confidence) as confidence,
        any_value(evidence) as evidence,
        any_value(kind) as kind,
        bool_or(is_ambiguous) as is_ambiguous
    from intermediate.authorships
    group by author_id
),

-- distinct: a paper may name an author twice
members as (
    select distinct
        author_id,
        paper_id
    from intermediate.authorships
),

ranked as (
    select
        members.author_id,
        papers.upvotes,
        row_number() over (
            partition by members.author_id
            order by papers.upvotes desc nulls last, members.paper_id asc
        ) as place
    from members
    inner join core.papers as papers
        on members.paper_id = papers.paper_id
),

upvoted as (
    select
        author_id,
        count(*) as paper_count,
        sum(upvotes)::bigint as upvote_count,
        -- of papers by falling upvotes, those that have at least as many as their place
        count(*) filter (where upvotes >= place) as h_index
    from ranked
    group by author_id
)

select
    counted.author_id,
    variants.name_variants[1] as name,
    variants.name_variants,
    counted.kind,
    case when contains(counted.evidence, 'override') then 'override' else 'cluster' end as method,
    counted.confidence,
    counted.evidence,
    upvoted.paper_count,
    upvoted.upvote_count,
    upvoted.h_index,
    counted.first_seen_on,
    counted.last_seen_on,
    counted.account_count,
    counted.is_ambiguous or counted.account_count > 1 as is_ambiguous
from counted
inner join variants
    on counted.author_id = variants.author_id
inner join upvoted
    on counted.author_id = upvoted.author_id
order by counted.author_id
