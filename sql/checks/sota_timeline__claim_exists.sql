-- fail: a record without an own, absolute claim of its score, listed on that day.
select
    timeline.benchmark,
    timeline.paper_id,
    timeline.claim_no,
    timeline.score
from benchmarks.sota_timeline as timeline
left join benchmarks.claims as claims
    on
        timeline.paper_id = claims.paper_id
        and timeline.claim_no = claims.claim_no
        and timeline.benchmark = claims.benchmark
        and timeline.score = claims.score
left join core.papers as papers
    on
        timeline.paper_id = papers.paper_id
        and timeline.listing_date = papers.first_listed_on
where
    papers.paper_id is null
    or claims.paper_id is null
    or claims.owner != 'own'
    or claims.kind != 'absolute'
