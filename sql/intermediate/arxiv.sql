-- intermediate.arxiv: arXiv's latest word on each paper.
-- The newest version wins, then the answer fetched last; whole, so that its facts agree.
-- Grain:   one row per (paper_id)
-- Sources: staging.arxiv
-- As-of:   fetched_at; a young paper is asked for monthly, an older one yearly
-- Refresh: by paper_id
select
    paper_id,
    version as latest_version,
    categories,
    comments,
    doi,
    journal_ref,
    fetched_at
from staging.arxiv
where is_latest
qualify
    row_number() over (
        partition by paper_id
        order by version desc, fetched_at desc, source asc, raw_sha256 asc, row_no asc
    ) = 1
