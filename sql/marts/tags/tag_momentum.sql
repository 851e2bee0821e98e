-- tags.tag_momentum: how far a tag's share of a week lies above its own recent share.
-- For tag t of source s in week w, with n = listings of w that carry t, N = listings of w that
-- carry any tag of s, and n8, N8 the same sums over the eight weeks before w:
--   share = n / N,  baseline_share = n8 / N8,
--   smoothed_share = (n + 100 * baseline_share) / (N + 100)
--   momentum = smoothed_share - baseline_share
-- so a week counts as if 100 more listings had followed the baseline: a thin week says
-- little. Listings without any tag of s are left out of N: Hugging Face gave no keywords
-- before 2025-03-11 nor in its outages, and that is no fall in interest.
-- A week in which a tag is absent has a row only if n8 >= 3.
-- Grain:   one row per (source, tag, week_start)
-- Sources: tags.tag_daily, intermediate.tagged_days, intermediate.counted_weeks
-- As-of:   tags of each paper's latest state; the last week may still be filling
-- Refresh: by week_start; tags.tag_daily, intermediate.tagged_days
--   through intermediate.counted_weeks on listing_date
-- Columns:
--   source: where the tag comes from, see tags.paper_tags
--   tag: tag of that source
--   week_start: Monday of the week, UTC
--   listing_count: n, the week's listings with the tag
--   week_listing_count: N, the week's listings with any tag of the source
--   share: n / N
--   baseline_listing_count: n8, listings with the tag in the eight weeks before
--   baseline_share: n8 / N8; null when no listing of those weeks has any
--     tag of the source
--   smoothed_share: share drawn toward the baseline by 100 listings; null without baseline
--   momentum: smoothed_share - baseline_share, 0.01 is one point of share; null without baseline
with listed_weeks as (
    select
        source,
        date_trunc('week', listing_date)::date as week_start,
        sum(listing_count)::bigint as week_listing_count
    from intermediate.tagged_days
    group by source, week_start
),

weeks as (
    select
        source,
        week_start,
        week_listing_count,
        sum(week_listing_count) over (
            partition by source
            order by datediff('day', date '2023-05-01', week_start)
            range between 56 preceding and 7 preceding
        )::bigint as baseline_week_listing_count
    from listed_weeks
),

tag_weeks as (
    select
        source,
        tag,
        date_trunc('week', listing_date)::date as listed_in,
        sum(paper_count)::bigint as listing_count
    from tags.tag_daily
    group by source, tag, listed_in
),

-- a week of a tag counts for itself and in the baselines of the eight that follow
counted_weeks as (
    select distinct
        listed_in,
        week_start
    from intermediate.counted_weeks
),

moved as (
    select
        tag_weeks.source,
        tag_weeks.tag,
        tag_weeks.listing_count,
        counted_weeks.week_start,
        tag_weeks.listed_in = counted_weeks.week_start as is_own_week
    from tag_weeks
    inner join counted_weeks
        on tag_weeks.listed_in = counted_weeks.listed_in
),

summed as (
    select
        source,
        tag,
        week_start,
        coalesce(sum(listing_count) filter (where is_own_week), 0)::bigint as listing_count,
        coalesce(sum(listing_count) filter (where not is_own_week), 0)::bigint
            as baseline_listing_count
    from moved
    group by source, tag, week_start
),

shares as (
    select
        summed.source,
        summed.tag,
        summed.week_start,
        summed.listing_count,
        weeks.week_listing_count,
        summed.listing_count / weeks.week_listing_count as share,
        summed.baseline_listing_count,
        summed.baseline_listing_count / weeks.baseline_week_listing_count as baseline_share
    from summed
    inner join weeks
        on summed.source = weeks.source and summed.week_start = weeks.week_start
    where summed.listing_count > 0 or summed.baseline_listing_count >= 3
),

smoothed as (
    select
        *,
        (listing_count + 100 * baseline_share) / (week_listing_count + 100) as smoothed_share
    from shares
)

select
    source,
    tag,
    week_start,
    listing_count,
    week_listing_count,
    share,
    baseline_listing_count,
    baseline_share,
    smoothed_share,
    smoothed_share - baseline_share as momentum
from smoothed
order by source, tag, week_start
