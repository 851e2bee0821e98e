-- staging.papers: papers as landed by listing day, without the days held back.
-- Grain:   one row per (listing_date, paper_id)
-- Sources: lake.papers, staging.held_days
-- As-of:   the last response that showed the paper on that day's list
-- Refresh: by listing_date
select
    papers.listing_date,
    papers.paper_id,
    papers.version,
    papers.title,
    papers.abstract,
    papers.authors,
    papers.published_at,
    papers.submitted_at,
    papers.submitted_by,
    papers.upvotes,
    papers.comments,
    papers.github_repo,
    papers.github_stars,
    papers.project_page,
    papers.organization_slug,
    papers.organization_name,
    papers.ai_summary,
    papers.ai_keywords,
    papers.observation_count,
    papers.first_observed_at,
    papers.last_observed_at,
    papers.source,
    papers.raw_sha256,
    papers.row_no
from lake.papers as papers
anti join staging.held_days as held_days
    on papers.listing_date = held_days.listing_date
