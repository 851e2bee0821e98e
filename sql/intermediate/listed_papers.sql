-- intermediate.listed_papers: staging.papers, with real ids for what was listed by title.
-- Grain:   one row per (listing_date, paper_id)
-- Sources: staging.papers, intermediate.reconciled_papers
-- As-of:   the last response that showed the paper on that day's list
-- Refresh: by listing_date
select
    papers.listing_date,
    reconciled.provisional_id,
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
    papers.row_no,
    coalesce(reconciled.paper_id, papers.paper_id) as paper_id
from staging.papers as papers
left join intermediate.reconciled_papers as reconciled
    on papers.paper_id = reconciled.provisional_id
