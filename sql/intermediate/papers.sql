-- intermediate.papers: the latest state of each paper over all its listings.
-- The row seen last wins whole, so that title, counts and keywords belong to one response;
-- one without counts (a capture's) only where there is no other.
-- Grain:   one row per (paper_id)
-- Sources: staging.papers, intermediate.listed_papers
-- As-of:   the last response that showed the paper on any list
-- Refresh: by paper_id; staging.papers through intermediate.listed_papers on listing_date
with latest as (
    select
        paper_id,
        listing_date,
        listed_id,
        min(listing_date) over (partition by paper_id) as first_listed_on,
        max(listing_date) over (partition by paper_id) as last_listed_on,
        count(*) over (partition by paper_id) as listing_count
    from intermediate.listed_papers
    qualify
        row_number() over (
            partition by paper_id
            order by
                upvotes is null,
                last_observed_at desc,
                listing_date desc,
                raw_sha256 asc,
                row_no asc
        ) = 1
)

select
    latest.paper_id,
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
    papers.last_observed_at,
    papers.source,
    papers.raw_sha256,
    papers.row_no,
    latest.first_listed_on,
    latest.last_listed_on,
    latest.listing_count
from latest
inner join staging.papers as papers
    on latest.listing_date = papers.listing_date and latest.listed_id = papers.paper_id
