-- core.code_urls: addresses of code and project pages that an abstract gives.
-- What users typed into the form is core.papers.github_repo and project_page.
-- Grain:   one row per (paper_id, url)
-- Sources: derived.extractions, core.papers, reference.extractor
-- Refresh: by paper_id
-- As-of:   the paper's latest text
-- Columns:
--   paper_id: arXiv id without version
--   position: place among the paper's addresses, from 1, in the order of the text
--   url: address without the punctuation and LaTeX around it
--   host: its host, lower case, without www.
--   is_repository: the host keeps code: GitHub, GitLab, Codeberg, Bitbucket
--   start_offset: first character in the abstract, from 0; null where LaTeX interrupts it
--   extractor: name of the extractor
--   extractor_version: its version
with found as (
    select
        extractions.paper_id,
        unnest(extractions.code_urls) as url,
        generate_subscripts(extractions.code_urls, 1) as position
    from derived.extractions as extractions
),

split as (
    select
        paper_id,
        url,
        position,
        lower(regexp_extract(url, '^(?:https?://)?(?:www\.)?([^/:?#]+)', 1)) as host
    from found
)

select
    split.paper_id,
    split.position,
    split.url,
    split.host,
    split.host in ('github.com', 'gitlab.com', 'codeberg.org', 'bitbucket.org') as is_repository,
    nullif(strpos(papers.abstract, split.url), 0) - 1 as start_offset,
    extractor.extractor,
    extractor.extractor_version
from split
inner join core.papers as papers
    on split.paper_id = papers.paper_id
cross join reference.extractor as extractor
order by split.paper_id, split.url
