-- core.listings: papers on each day's list.
-- Grain:   one row per (listing_date, paper_id)
-- Sources: intermediate.listed_papers
-- As-of:   last_observed_at of that list; core.top_papers(from_day, to_day, ts) goes back
-- Refresh: by listing_date
-- Columns:
--   listing_date: day the paper was featured, UTC; not the publication day
--   paper_id: arXiv id without version; title:<hash> while only the title is known
--   provisional_id: id by title under which the day's list has it; null: by its own id
--   rank: place on the day's list by upvotes, ties by paper_id; from 1, no two the same; those
--     without upvotes last, in the list's own order
--   upvotes: upvotes as last seen on this list; null if only a capture shows it there
--   comments: comments as last seen on this list; null like upvotes
--   submitted_by: account name of the submitter; from 2024-06-13
--   submitted_at: when it was submitted to the list; from 2025-03-17
--   first_observed_at: first response that showed it on this list, UTC
--   last_observed_at: last response that showed it on this list, UTC
--   observation_count: responses that showed it on this list
--   raw_sha256: sha256 of the last response's bytes in raw/
--   row_no: entry of that response, from 0
select
    listing_date,
    paper_id,
    provisional_id,
    row_number() over (
        partition by listing_date
        order by
            upvotes desc nulls last,
            case when upvotes is null then row_no end asc nulls last,
            paper_id asc
    ) as rank,
    upvotes,
    comments,
    submitted_by,
    submitted_at,
    first_observed_at,
    last_observed_at,
    observation_count,
    raw_sha256,
    row_no
from intermediate.listed_papers
order by listing_date, paper_id
