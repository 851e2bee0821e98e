-- intermediate.duplicates: papers that repeat another, and which one.
-- Of each group of papers that are the same work, the one listed first is the paper, ties by
-- paper_id; all others repeat it, so that duplicate_of never leads to another duplicate.
-- Grain:   one row per (paper_id)
-- Sources: intermediate.papers, derived.duplicate_groups
-- As-of:   the lake at the time of the build
-- Refresh: full
with ranked as (
    select
        groups.paper_id,
        first_value(groups.paper_id) over (
            partition by groups.group_id
            order by papers.first_listed_on asc, papers.paper_id asc
        ) as duplicate_of
    from derived.duplicate_groups as groups
    inner join intermediate.papers as papers
        on groups.paper_id = papers.paper_id
)

select
    paper_id,
    duplicate_of
from ranked
where paper_id != duplicate_of
