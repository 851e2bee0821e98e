-- staging.arxiv: versions of papers as arXiv described them, without ids it does not know.
-- Grain:   one row per (paper_id, version, source, fetched_at)
-- Sources: lake.arxiv
-- As-of:   append-only by day of fetching; every row keeps the time it was fetched
-- Refresh: by paper_id
select
    paper_id,
    version,
    is_latest,
    title,
    categories,
    primary_category,
    comments,
    doi,
    journal_ref,
    license,
    is_withdrawn,
    published_at,
    updated_at,
    fetched_at,
    source,
    raw_sha256,
    row_no
from lake.arxiv
where is_known
