-- intermediate.authorships: printed names of each paper with the author they are taken for.
-- author_id is a hash of the author's first listed authorship, so that it stays when the
-- author publishes more.
-- Grain:   one row per (paper_id, position)
-- Sources: intermediate.papers, derived.author_clusters
-- As-of:   the paper's latest state
-- Refresh: by paper_id
with printed as (
    select
        paper_id,
        first_listed_on,
        last_listed_on,
        unnest(authors) as author
    from intermediate.papers
)

select
    printed.paper_id,
    printed.author['position'] as position,
    printed.author['name'] as name_as_printed,
    printed.author['account_id'] as account_id,
    printed.author['is_hidden'] as is_hidden,
    printed.first_listed_on,
    printed.last_listed_on,
    author_clusters.author_id,
    author_clusters.confidence,
    author_clusters.author_confidence,
    author_clusters.evidence,
    author_clusters.is_ambiguous,
    author_clusters.kind
from printed
inner join derived.author_clusters as author_clusters
    on
        printed.paper_id = author_clusters.paper_id
        and printed.author['position'] = author_clusters.position
