-- ops.payload_shape: which fields the source's entries had, of which types, how often.
-- A source shows a day in several attempts, at several hours. The first complete one stands
-- for the day, without one the last with entries: so that days compare at about one age.
-- Grain:   one row per (source, listing_date, path)
-- Sources: lake.shapes, lake.ledger
-- As-of:   the attempt that stands for the day, attempt_at
-- Refresh: full
-- Columns:
--   source: source asked
--   listing_date: day asked for
--   attempt_at: start of the attempt that stands for the day, UTC
--   path: field by its keys; '[]' are the elements of a list, alone the entries themselves
--   parent: path of what holds it; empty for the entries
--   entry_count: entries (below a list: its elements) that have the field
--   possible_count: entries whose parent is an object; 0 when there is none that day
--   share: entry_count of possible_count; null when there is none
--   types: JSON types of its values, the most frequent first; empty when nobody has it
--   example: a value as JSON, shortened; never prose
with entries as (
    select
        source,
        listing_date,
        attempt_at,
        entry_count
    from lake.shapes
    where path = '[]' and type = 'object'
),

looks as (
    select
        entries.source,
        entries.listing_date,
        entries.attempt_at
    from entries
    left join lake.ledger as ledger
        on
            entries.source = ledger.source
            and entries.listing_date = ledger.listing_date
            and entries.attempt_at = ledger.attempt_at
    qualify
        row_number() over (
            partition by entries.source, entries.listing_date
            order by
                case when ledger.state = 'complete' then entries.attempt_at end asc nulls last,
                entries.attempt_at desc
        ) = 1
),

seen as (
    select
        shapes.source,
        shapes.listing_date,
        shapes.path,
        sum(shapes.entry_count)::bigint as entry_count,
        sum(shapes.entry_count) filter (where shapes.type = 'object')::bigint as object_count,
        list(shapes.type order by shapes.entry_count desc, shapes.type asc) as types,
        arg_max(shapes.example, (shapes.entry_count, shapes.type)) as example
    from looks
    inner join lake.shapes as shapes
        on
            looks.source = shapes.source
            and looks.listing_date = shapes.listing_date
            and looks.attempt_at = shapes.attempt_at
    group by shapes.source, shapes.listing_date, shapes.path
),

paths as (
    select distinct
        source,
        path,
        parent
    from lake.shapes
),

grid as (
    select
        looks.source,
        looks.listing_date,
        looks.attempt_at,
        paths.path,
        paths.parent,
        coalesce(seen.entry_count, 0) as entry_count,
        case
            when paths.path like '%[]' then coalesce(seen.entry_count, 0)
            else coalesce(parents.object_count, 0)
        end as possible_count,
        coalesce(seen.types, []) as types,
        seen.example
    from looks
    inner join paths
        on looks.source = paths.source
    left join seen
        on
            looks.source = seen.source
            and looks.listing_date = seen.listing_date
            and paths.path = seen.path
    left join seen as parents
        on
            looks.source = parents.source
            and looks.listing_date = parents.listing_date
            and paths.parent = parents.path
)

select
    source,
    listing_date,
    attempt_at,
    path,
    parent,
    entry_count,
    possible_count,
    case when possible_count > 0 then entry_count / possible_count end as share,
    types,
    example
from grid
order by source, listing_date, path
