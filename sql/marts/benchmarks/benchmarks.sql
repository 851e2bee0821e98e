-- benchmarks.benchmarks: the vocabulary and every name found beside it, with how papers use it.
-- Grain:   one row per (benchmark)
-- Sources: reference.benchmarks, benchmarks.mentions, benchmarks.claims, core.papers
-- As-of:   each paper's latest text
-- Refresh: full
-- Columns:
--   benchmark: canonical name
--   is_known: the vocabulary has it; other names were found by how papers write of them
--   aliases: other spellings that are looked for; null where not known, like the next five
--   tasks: tasks as the vocabulary's sources label them
--   sources: packages whose metadata names the benchmark
--   is_ambiguous: also a common word, a short form or a model; matched with case and context
--   tier: A seen in text or in two sources, B one package's own label
--   vocabulary_version: version of the vocabulary
--   paper_count: papers that name it
--   introduced_count: papers that introduce it; two may mean two things by one name
--   evaluated_count: papers that report results on it
--   trained_count: papers that only train on it
--   mentioned_count: papers that do neither
--   claim_count: numbers reported on it, of whatever kind
--   introduced_by: first listed paper that introduces it
--   first_mentioned_on: first listing day of a paper that names it
--   last_mentioned_on: last listing day of a paper that names it
with placed as (
    select
        mentions.benchmark,
        mentions.role,
        mentions.paper_id,
        papers.first_listed_on,
        papers.last_listed_on
    from benchmarks.mentions as mentions
    inner join core.papers as papers
        on mentions.paper_id = papers.paper_id
),

counted as (
    select
        benchmark,
        count(*) as paper_count,
        count(*) filter (where role = 'introduced') as introduced_count,
        count(*) filter (where role = 'evaluated') as evaluated_count,
        count(*) filter (where role = 'trained') as trained_count,
        count(*) filter (where role = 'mentioned') as mentioned_count,
        min(first_listed_on) as first_mentioned_on,
        max(last_listed_on) as last_mentioned_on
    from placed
    group by benchmark
),

introduced as (
    select
        benchmark,
        arg_min(paper_id, (first_listed_on, paper_id)) as introduced_by
    from placed
    where role = 'introduced'
    group by benchmark
),

claimed as (
    select
        benchmark,
        count(*) as claim_count
    from benchmarks.claims
    where benchmark is not null
    group by benchmark
)

select
    coalesce(vocabulary.name, counted.benchmark) as benchmark,
    vocabulary.name is not null as is_known,
    vocabulary.aliases,
    vocabulary.tasks,
    vocabulary.sources,
    vocabulary.is_ambiguous,
    vocabulary.tier,
    vocabulary.vocabulary_version,
    coalesce(counted.paper_count, 0) as paper_count,
    coalesce(counted.introduced_count, 0) as introduced_count,
    coalesce(counted.evaluated_count, 0) as evaluated_count,
    coalesce(counted.trained_count, 0) as trained_count,
    coalesce(counted.mentioned_count, 0) as mentioned_count,
    coalesce(claimed.claim_count, 0) as claim_count,
    introduced.introduced_by,
    counted.first_mentioned_on,
    counted.last_mentioned_on
from reference.benchmarks as vocabulary
full outer join counted
    on vocabulary.name = counted.benchmark
left join introduced
    on counted.benchmark = introduced.benchmark
left join claimed
    on coalesce(vocabulary.name, counted.benchmark) = claimed.benchmark
order by coalesce(vocabulary.name, counted.benchmark)
