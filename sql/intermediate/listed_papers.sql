-- intermediate.listed_papers: papers on each day's list, under the ids that they are known by now.
-- Without their texts: staging.papers has them under (listing_date, listed_id).
-- Grain:   one row per (listing_date, paper_id)
-- Sources: staging.papers, intermediate.reconciled_papers
-- As-of:   the last response that showed the paper on that day's list
-- Refresh: by listing_date
select
    papers.listing_date,
    papers.paper_id as listed_id,
    reconciled.provisional_id,
    papers.submitted_at,
    papers.submitted_by,
    papers.upvotes,
    papers.comments,
    papers.observation_count,
    papers.first_observed_at,
    papers.last_observed_at,
    papers.raw_sha256,
    papers.row_no,
    coalesce(reconciled.paper_id, papers.paper_id) as paper_id
from staging.papers as papers
left join intermediate.reconciled_papers as reconciled
    on papers.paper_id = reconciled.provisional_id
