-- intermediate.papers: the latest state of each paper over all its listings.
-- The row seen last wins whole, so that title, counts and keywords belong to one response;
-- one without counts (a capture's) only where there is no other.
-- Grain:   one row per (paper_id)
-- Sources: intermediate.listed_papers
-- As-of:   the last response that showed the paper on any list
-- Refresh: by paper_id
select
    paper_id,
    version,
    title,
    abstract,
    authors,
    published_at,
    submitted_at,
    submitted_by,
    upvotes,
    comments,
    github_repo,
    github_stars,
    project_page,
    organization_slug,
    organization_name,
    ai_summary,
    ai_keywords,
    last_observed_at,
    source,
    raw_sha256,
    row_no,
    min(listing_date) over (partition by paper_id) as first_listed_on,
    max(listing_date) over (partition by paper_id) as last_listed_on,
    count(*) over (partition by paper_id) as listing_count
from intermediate.listed_papers
qualify
    row_number() over (
        partition by paper_id
        order by
            upvotes is null, last_observed_at desc, listing_date desc, raw_sha256 asc, row_no asc
    ) = 1
