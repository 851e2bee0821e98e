-- ops.coverage: state of every listing day since the list began.
-- The best attempt decides, the latest among equals: a failed or partial attempt never
-- demotes a complete one. An 'empty' answer cannot stand against landed papers, and a day
-- with landed papers is at least partial.
-- Grain:   one row per (listing_date)
-- Sources: lake.ledger, lake.papers, lake.observations, lake.quarantine, staging.held_days
-- As-of:   from 2023-05-04 to the last day that ledger, papers or observations know
-- Refresh: full
-- Columns:
--   listing_date: listing day, UTC
--   state: complete, empty (the source said so), partial, failed or unknown (never tried)
--   reason: code of the evidence of the deciding attempt
--   error: what went wrong in the deciding attempt, in words
--   source: source of the deciding attempt
--   paper_count: papers landed, also on a held day
--   quarantined_count: rows still in quarantine
--   attempt_count: attempts at the day
--   requests: HTTP requests of all attempts
--   first_attempt_at: first attempt, UTC
--   last_attempt_at: last attempt, UTC
--   is_held: papers are landed but kept out of core, tags, authors and benchmarks
--   held_reason: expectations that failed, or that the day is not judged yet
with last_days as (
    select max(listing_date) as last_day from lake.ledger
    union all
    select max(listing_date) as last_day from lake.papers
    union all
    select max(listing_date) as last_day from lake.observations
),

bounds as (
    select max(last_day) as last_day
    from last_days
),

days as (
    select
        unnest(generate_series(date '2023-05-04', last_day, interval 1 day))::date
            as listing_date
    from bounds
),

landed as (
    select
        listing_date,
        count(*) as paper_count
    from lake.papers
    group by listing_date
),

quarantined as (
    select
        listing_date,
        count(*) as quarantined_count
    from lake.quarantine
    where released_at is null
    group by listing_date
),

attempts as (
    select
        listing_date,
        count(*) as attempt_count,
        sum(requests)::bigint as requests,
        min(attempt_at) as first_attempt_at,
        max(attempt_at) as last_attempt_at
    from lake.ledger
    group by listing_date
),

deciding as (
    select
        ledger.listing_date,
        ledger.state,
        ledger.reason,
        ledger.error,
        ledger.source
    from lake.ledger as ledger
    left join landed
        on ledger.listing_date = landed.listing_date
    qualify
        row_number() over (
            partition by ledger.listing_date
            order by
                case
                    when ledger.state = 'complete' then 1
                    when ledger.state = 'empty' and landed.paper_count is null then 2
                    when ledger.state = 'partial' then 3
                    when ledger.state = 'failed' then 4
                    else 5
                end,
                ledger.attempt_at desc,
                ledger.source asc
        ) = 1
)

select
    days.listing_date,
    case
        when landed.paper_count > 0 and coalesce(deciding.state, '') != 'complete' then 'partial'
        else coalesce(deciding.state, 'unknown')
    end as state,
    case
        when landed.paper_count > 0 and deciding.state is null then 'no_attempt_recorded'
        else deciding.reason
    end as reason,
    deciding.error,
    deciding.source,
    coalesce(landed.paper_count, 0) as paper_count,
    coalesce(quarantined.quarantined_count, 0) as quarantined_count,
    coalesce(attempts.attempt_count, 0) as attempt_count,
    coalesce(attempts.requests, 0) as requests,
    attempts.first_attempt_at,
    attempts.last_attempt_at,
    held_days.listing_date is not null as is_held,
    held_days.held_reason
from days
left join deciding
    on days.listing_date = deciding.listing_date
left join landed
    on days.listing_date = landed.listing_date
left join quarantined
    on days.listing_date = quarantined.listing_date
left join attempts
    on days.listing_date = attempts.listing_date
left join staging.held_days as held_days
    on days.listing_date = held_days.listing_date
order by days.listing_date
