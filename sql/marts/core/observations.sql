-- core.observations: upvotes, comments and stars each time a paper was seen.
-- Two responses of the same second about one paper keep one row: the later list's, then
-- the first by source, hash and entry.
-- Grain:   one row per (paper_id, observed_at)
-- Sources: staging.observations
-- As-of:   append-only; each row is as seen at observed_at
-- Refresh: by paper_id
-- Columns:
--   paper_id: arXiv id without version
--   observed_at: when the response was fetched, UTC
--   source: source of the response
--   listing_date: list on which it was seen
--   upvotes: upvotes as seen; can fall by one
--   comments: comments as seen
--   github_stars: stars as the source counted them
--   raw_sha256: sha256 of the response's bytes in raw/
--   row_no: entry of that response, from 0
select
    paper_id,
    observed_at,
    source,
    listing_date,
    upvotes,
    comments,
    github_stars,
    raw_sha256,
    row_no
from staging.observations
qualify
    row_number() over (
        partition by paper_id, observed_at
        order by listing_date desc, source asc, raw_sha256 asc, row_no asc
    ) = 1
order by paper_id, observed_at
