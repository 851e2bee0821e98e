-- core.papers: papers with their latest state over all listings.
-- Grain:   one row per (paper_id)
-- Sources: intermediate.papers, intermediate.arxiv, intermediate.duplicates
-- As-of:   last_observed_at; upvotes settle in one to two weeks, core.papers_as_of(ts) goes back
-- Refresh: by paper_id
-- Columns:
--   paper_id: arXiv id without version, as text; title:<hash> for a provisional paper
--   is_provisional: known by its title alone (plain-text capture), until exactly one paper
--     with an id has that title
--   version: arXiv version, when the source's id carried one
--   title: title, white space normalised
--   abstract: abstract, white space normalised
--   published_on: day of arXiv v1, UTC; null for a provisional paper, like the counts
--   published_at: time of arXiv v1, UTC; midnight for most papers from 2026-04
--   first_listed_on: first listing day, UTC
--   last_listed_on: last listing day; later than first_listed_on for a paper listed again
--   listing_count: listing days of the paper
--   submitted_at: when it was submitted to the list; from 2025-03-17
--   submitted_by: account name of the submitter; from 2024-06-13
--   upvotes: upvotes as of last_observed_at
--   comments: comments as of last_observed_at
--   last_observed_at: last response that showed the paper, UTC
--   author_count: printed authors
--   github_repo: repository link as users typed it
--   github_stars: stars as the source last counted them
--   project_page: project page link as users typed it
--   organization_slug: account name of the organization; from 2025-10
--   organization_name: display name of the organization
--   ai_summary: the source's generated sentence
--   ai_keywords: the source's generated keywords, as written
--   categories: arXiv categories, the primary one first; null without arXiv metadata, like
--     the next five
--   arxiv_comment: the authors' comment on arXiv: pages, venue, withdrawal
--   doi: DOI of the published version, as the authors gave it to arXiv
--   journal_ref: journal reference, as the authors gave it to arXiv
--   latest_version: newest arXiv version as of arxiv_fetched_at
--   arxiv_fetched_at: when arXiv was asked, UTC
--   duplicate_of: paper_id of the paper it repeats, see core.duplicates; that one, listed first,
--     has null, like every paper that is not repeated
--   source: source of the last response
--   raw_sha256: sha256 of the last response's bytes in raw/
--   row_no: entry of that response, from 0
select
    papers.paper_id,
    starts_with(papers.paper_id, 'title:') as is_provisional,
    papers.version,
    papers.title,
    papers.abstract,
    papers.published_at::date as published_on,
    papers.published_at,
    papers.first_listed_on,
    papers.last_listed_on,
    papers.listing_count,
    papers.submitted_at,
    papers.submitted_by,
    papers.upvotes,
    papers.comments,
    papers.last_observed_at,
    coalesce(array_length(papers.authors), 0) as author_count,
    papers.github_repo,
    papers.github_stars,
    papers.project_page,
    papers.organization_slug,
    papers.organization_name,
    papers.ai_summary,
    papers.ai_keywords,
    arxiv.categories,
    arxiv.comments as arxiv_comment,
    arxiv.doi,
    arxiv.journal_ref,
    arxiv.latest_version,
    arxiv.fetched_at as arxiv_fetched_at,
    duplicates.duplicate_of,
    papers.source,
    papers.raw_sha256,
    papers.row_no
from intermediate.papers as papers
left join intermediate.arxiv as arxiv
    on papers.paper_id = arxiv.paper_id
left join intermediate.duplicates as duplicates
    on papers.paper_id = duplicates.paper_id
order by papers.paper_id
