-- fail: an address in a paper that is not in core.papers.
-- Refresh: by paper_id
select
    code_urls.paper_id,
    code_urls.url
from core.code_urls as code_urls
anti join core.papers as papers
    on code_urls.paper_id = papers.paper_id
