-- ops.payload_drift: when a source began or ceased to send a field, or changed it.
-- Found in what it sent alone, whatever the code knows: each day is held against the 20
-- before it, in the order in which they were fetched. One warning opens a change; while it
-- lasts, and until 5 days without it have passed, there is no second one.
-- Grain:   one row per (source, listing_date, path, kind)
-- Sources: ops.payload_shape
-- As-of:   the attempt that stands for the day, attempt_at
-- Refresh: full
-- Columns:
--   source: source asked
--   listing_date: day whose list shows the change first
--   path: field by its keys; '[]' are the elements of a list
--   kind: new_field, vanished_field, type_changed or share_changed
--   attempt_at: start of the attempt that showed it, UTC
--   share_before: usual share of entries with the field, median of up to 20 days before
--   share: share now
--   entry_count: entries (below a list: its elements) that have the field now
--   possible_count: entries whose parent is an object
--   types_before: JSON types of the field in those days
--   types: JSON types now
--   example: a value as JSON, shortened; of a vanished field the last one
with judged as (
    select
        shapes.source,
        shapes.listing_date,
        shapes.attempt_at,
        shapes.path,
        shapes.entry_count,
        shapes.possible_count,
        shapes.share,
        shapes.types,
        shapes.example,
        -- the authors of one paper are alike: below a list, only entries are independent
        least(shapes.possible_count, entries.entry_count) as weight
    from ops.payload_shape as shapes
    inner join ops.payload_shape as entries
        on
            shapes.source = entries.source
            and shapes.listing_date = entries.listing_date
            and entries.path = '[]'
    -- fewer say nothing about a share
    where shapes.possible_count >= 5
),

numbered as (
    select
        *,
        row_number() over (
            partition by source, path
            order by attempt_at, listing_date
        ) as day_no
    from judged
),

dated as (
    select
        *,
        -- 0: nobody ever had it with enough entries
        coalesce(
            min(case when entry_count > 0 then day_no end) over (partition by source, path), 0
        ) as first_day_no
    from numbered
),

history as (
    select
        *,
        -- a field's own absence before it came is no part of its usual share
        median(case when day_no >= first_day_no then share end) over before_it as share_before,
        mad(case when day_no >= first_day_no then share end) over before_it as spread_before,
        list_sort(list_distinct(flatten(list(types) over before_it))) as types_before,
        sum(weight) over until_now as running_weight,
        median(case when day_no >= first_day_no then share end) over with_it as share_so_far
    from dated
    window
        before_it as (
            partition by source, path
            order by day_no
            rows between 20 preceding and 1 preceding
        ),
        with_it as (
            partition by source, path
            order by day_no
            rows between 19 preceding and current row
        ),
        until_now as (
            partition by source, path
            order by day_no
            rows between unbounded preceding and current row
        )
),

last_seen as (
    select
        *,
        last_value(case when entry_count > 0 then running_weight end ignore nulls)
            over until_now as seen_weight,
        last_value(case when entry_count > 0 then share_so_far end ignore nulls)
            over until_now as seen_share,
        last_value(example ignore nulls) over until_now as seen_example
    from history
    window until_now as (
        partition by source, path
        order by day_no
        rows between unbounded preceding and current row
    )
),

scored as (
    select
        *,
        -- log of the chance that so many in a row lack it although nothing changed
        (running_weight - seen_weight) * ln(1 - least(greatest(seen_share, 0.001), 0.999))
            as absence_score,
        -- standard deviations off; 1.48 mad is one, as far as single days scatter
        abs(share - share_before) / sqrt(
            greatest(share_before * (1 - share_before), 0.02) / weight
            + pow(1.48 * spread_before, 2)
        ) as share_score
    from last_seen
),

flagged as (
    select
        *,
        -- the first days have nothing to be held against
        day_no = first_day_no and day_no > 5 as is_new,
        entry_count = 0 and coalesce(absence_score < -14, false) as is_gone,
        array_length(types_before) > 0 and not list_has_all(types_before, types) as is_retyped,
        entry_count > 0
        and day_no - first_day_no >= 20
        and abs(share - share_before) >= 0.4
        and share_score > 5 as is_shifted
    from scored
),

opened as (
    select
        *,
        is_gone
        and not coalesce(bool_or(is_gone) over lately, false) as opens_gone,
        is_shifted
        and not coalesce(bool_or(is_shifted or is_gone) over lately, false) as opens_shifted
    from flagged
    window lately as (
        partition by source, path
        order by day_no
        rows between 5 preceding and 1 preceding
    )
)

select
    source,
    listing_date,
    path,
    unnest(
        list_filter(
            [
                case when is_new then 'new_field' end,
                case when opens_gone then 'vanished_field' end,
                case when is_retyped then 'type_changed' end,
                case when opens_shifted then 'share_changed' end
            ],
            lambda kind: kind is not null
        )
    ) as kind,
    attempt_at,
    case when opens_gone then seen_share else coalesce(share_before, 0) end as share_before,
    share,
    entry_count,
    possible_count,
    types_before,
    types,
    seen_example as example
from opened
where is_new or opens_gone or is_retyped or opens_shifted
order by source, listing_date, path, kind
