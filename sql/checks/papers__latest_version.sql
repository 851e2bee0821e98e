-- warn: arXiv's latest version is older than the listed one; is its metadata out of date?
select
    paper_id,
    version,
    latest_version,
    arxiv_fetched_at
from core.papers
where latest_version < version or latest_version < 1
