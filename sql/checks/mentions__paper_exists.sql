-- fail: a mention in a paper that is not in core.papers.
-- Refresh: by paper_id
select
    mentions.paper_id,
    mentions.benchmark
from benchmarks.mentions as mentions
anti join core.papers as papers
    on mentions.paper_id = papers.paper_id
