-- authors.identity_events: author ids that split, merged or went, from one snapshot to the next.
-- An id is made from the author's first listed authorship: it stays when later papers are
-- added, goes with that authorship in a split, and the earlier one stays in a merge. A backfill
-- of earlier days gives an author an earlier first authorship, and so another id.
-- Compared are authorships that the snapshot before had under the same printed name. The
-- record starts with a warehouse's first snapshot; what an id became by now is the author that
-- authors.authorships gives for (paper_id, position).
-- Grain:   one row per (change_no, old_author_id, new_author_id)
-- Sources: intermediate.authorships, intermediate.papers, reference.published_authorships,
--          reference.published_identity_events
-- As-of:   the build; depends on the snapshot published before it, so that of all tables this
--          one alone may differ where lake and code are the same
-- Refresh: full
-- Columns:
--   change_no: number of the build among those that changed ids, from 1
--   event: 'split' (one id became several), 'merged' (several became one), 'regrouped' (both),
--     'renamed' (same authorships, another id) or 'gone' (none of them is left)
--   old_author_id: id in the snapshot before
--   new_author_id: id since then, the same one for the part that kept it; null when gone
--   authorship_count: authorships that went from the old id to the new one
--   paper_id: paper of the first such authorship
--   position: its place on that paper
--   name_as_printed: its printed name
--   observed_until: last observation that the build knew of, UTC
--   previous_fingerprint: end of the id of the snapshot before
with flows as (
    select
        published.author_id as old_author_id,
        authorships.author_id as new_author_id,
        count(*) as authorship_count,
        min(
            struct_pack(
                paper_id := published.paper_id,
                position := published.position,
                name_as_printed := published.name_as_printed
            )
        ) as first_one,
        any_value(published.fingerprint) as previous_fingerprint
    from reference.published_authorships as published
    left join intermediate.authorships as authorships
        on
            published.paper_id = authorships.paper_id
            and published.position = authorships.position
            and published.name_as_printed = authorships.name_as_printed
    group by published.author_id, authorships.author_id
),

counted as (
    select
        *,
        count(new_author_id) over (partition by old_author_id) as new_count,
        count(*) over (partition by new_author_id) as old_count
    from flows
    -- an authorship that is no longer there matters only when it was the author's last
    qualify new_author_id is not null or count(new_author_id) over (partition by old_author_id) = 0
),

numbered as (
    select coalesce(max(change_no), 0) + 1 as change_no
    from reference.published_identity_events
),

known as (
    select max(last_observed_at) as observed_until
    from intermediate.papers
)

select
    change_no,
    event,
    old_author_id,
    new_author_id,
    authorship_count,
    paper_id,
    position,
    name_as_printed,
    observed_until,
    previous_fingerprint
from reference.published_identity_events
union all
select
    numbered.change_no::integer as change_no,
    case
        when counted.new_author_id is null then 'gone'
        when counted.new_count > 1 and counted.old_count > 1 then 'regrouped'
        when counted.new_count > 1 then 'split'
        when counted.old_count > 1 then 'merged'
        else 'renamed'
    end as event,
    counted.old_author_id,
    counted.new_author_id,
    counted.authorship_count,
    counted.first_one['paper_id'] as paper_id,
    counted.first_one['position'] as position,
    counted.first_one['name_as_printed'] as name_as_printed,
    known.observed_until::timestamp as observed_until,
    counted.previous_fingerprint
from counted
cross join numbered
cross join known
where
    counted.new_count != 1
    or counted.old_count != 1
    or counted.old_author_id != counted.new_author_id
order by change_no, old_author_id, new_author_id
