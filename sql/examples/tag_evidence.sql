-- question: Why does a paper carry its tags: which words, from which source?
-- persona: analyst
select
    paper_id,
    source,
    tag,
    field,
    quote,
    rule_version
from tags.paper_tags
where paper_id = (select max(papers.paper_id) from core.papers as papers)
order by source, tag
