-- benchmarks.contradictions: pairs of papers that give one system different numbers.
-- Same benchmark, split, metric_id, metric_unit and system, both absolute, score not equal.
-- A system is the same where two papers name it alike in the sentence of the number (names with
-- a digit, or the name that one of the two titles gives its own work), or where core.duplicates
-- holds the two papers to be one and both report own numbers.
-- A paper that gives one system several numbers in a series is left out: before and after,
-- small and large cannot be told apart. So are two numbers of one paper.
-- A row asks to be looked at; it convicts no one: prompts, versions and protocols differ, and
-- abstracts seldom name them.
-- Grain:   one row per (paper_id, claim_no, other_paper_id, other_claim_no)
-- Sources: benchmarks.claims, core.papers, core.duplicates
-- As-of:   each paper's latest text
-- Refresh: full
-- Columns:
--   benchmark: canonical name in benchmarks.benchmarks
--   split: split of the benchmark
--   metric_id: metric of both numbers
--   metric_unit: scale of both numbers
--   reason: 'same_model_name' or 'duplicate_papers'
--   model_name: the system as paper_id names it; null where only the papers are the same
--   paper_id: the paper with the smaller id
--   claim_no: its claim in benchmarks.claims
--   owner: whose number it is there: 'own' or 'other'
--   score: its number
--   quote: its evidence
--   other_paper_id: the other paper
--   other_claim_no: its claim
--   other_owner: whose number it is there
--   other_score: its number
--   other_quote: its evidence
--   difference: other_score - score, in metric_unit
with absolute as (
    select
        claims.paper_id,
        claims.claim_no,
        claims.benchmark,
        claims.split,
        claims.metric_id,
        claims.metric_unit,
        claims.owner,
        claims.model_name,
        claims.score,
        claims.quote,
        lower(regexp_replace(claims.model_name, '[ _-]', '', 'g')) as system,
        lower(trim(split_part(papers.title, ':', 1))) = lower(claims.model_name) as is_of_title
    from benchmarks.claims as claims
    inner join core.papers as papers
        on claims.paper_id = papers.paper_id
    where
        claims.kind = 'absolute'
        and claims.benchmark is not null
        and claims.metric_id is not null
),

single_by_name as (
    select *
    from absolute
    where system is not null
    qualify
        count(*) over (
            partition by paper_id, benchmark, split, metric_id, metric_unit, system
        ) = 1
),

single_own as (
    select *
    from absolute
    where owner = 'own'
    qualify
        count(*) over (partition by paper_id, benchmark, split, metric_id, metric_unit) = 1
),

pairs as (
    select
        mine.*,
        'same_model_name' as reason,
        theirs.paper_id as other_paper_id,
        theirs.claim_no as other_claim_no,
        theirs.owner as other_owner,
        theirs.score as other_score,
        theirs.quote as other_quote
    from single_by_name as mine
    inner join single_by_name as theirs
        on
            mine.system = theirs.system
            and mine.benchmark = theirs.benchmark
            and mine.metric_id = theirs.metric_id
            and mine.split is not distinct from theirs.split
            and mine.metric_unit is not distinct from theirs.metric_unit
            and mine.paper_id < theirs.paper_id
    where regexp_matches(mine.system, '[0-9]') or mine.is_of_title or theirs.is_of_title
    union all
    select
        mine.*,
        'duplicate_papers' as reason,
        theirs.paper_id as other_paper_id,
        theirs.claim_no as other_claim_no,
        theirs.owner as other_owner,
        theirs.score as other_score,
        theirs.quote as other_quote
    from core.duplicates as duplicates
    inner join single_own as mine
        on duplicates.paper_id = mine.paper_id
    inner join single_own as theirs
        on
            duplicates.other_id = theirs.paper_id
            and mine.benchmark = theirs.benchmark
            and mine.metric_id = theirs.metric_id
            and mine.split is not distinct from theirs.split
            and mine.metric_unit is not distinct from theirs.metric_unit
    where duplicates.decision = 'same'
)

select
    benchmark,
    split,
    metric_id,
    metric_unit,
    reason,
    model_name,
    paper_id,
    claim_no,
    owner,
    score,
    quote,
    other_paper_id,
    other_claim_no,
    other_owner,
    other_score,
    other_quote,
    other_score - score as difference
from pairs
where score != other_score
qualify
    row_number() over (
        partition by paper_id, claim_no, other_paper_id, other_claim_no
        order by reason desc
    ) = 1
order by benchmark, metric_id, paper_id, claim_no, other_paper_id, other_claim_no
