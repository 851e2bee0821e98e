-- staging.observations: upvotes as seen, without the lists of days held back.
-- Grain:   one row per (paper_id, observed_at, source, raw_sha256, row_no)
-- Sources: lake.observations, staging.held_days
-- As-of:   append-only; every row keeps the time it was seen
-- Refresh: by listing_date
select
    observations.paper_id,
    observations.observed_at,
    observations.source,
    observations.listing_date,
    observations.upvotes,
    observations.comments,
    observations.github_stars,
    observations.raw_sha256,
    observations.row_no
from lake.observations as observations
anti join staging.held_days as held_days
    on observations.listing_date = held_days.listing_date
