-- question: Where exactly do papers name the most mentioned benchmark?
-- persona: analyst
with most_mentioned as (
    select benchmark
    from benchmarks.benchmarks
    where paper_count > 0
    order by paper_count desc, benchmark asc
    limit 1
)

select
    mentions.paper_id,
    mentions.benchmark,
    mentions.role,
    mentions.quote,
    mentions.field,
    mentions.start_offset,
    papers.first_listed_on
from benchmarks.mentions as mentions
inner join most_mentioned
    on mentions.benchmark = most_mentioned.benchmark
inner join core.papers as papers
    on mentions.paper_id = papers.paper_id
order by papers.first_listed_on desc, mentions.paper_id asc
limit 10
