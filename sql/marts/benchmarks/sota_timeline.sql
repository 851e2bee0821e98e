-- benchmarks.sota_timeline: each number that was the best reported so far when it was listed.
-- A series is (benchmark, split, metric_id, metric_unit); numbers on two scales never meet.
-- A paper counts on its first listing day. Of a day the best number stands (ties: paper_id,
-- claim_no), and only if it is better than every earlier one: a tie is no record, and a later
-- day adds rows and changes none.
-- Only claims with kind 'absolute', owner 'own', benchmark and metric_id: what a paper quotes
-- of others is no record of its own. Left out, too: speed, memory and cost, which depend on the
-- machine; shares outside 0 to 1 or 0 to 100 %; a number whose unit is not one of its metric.
-- The best among what abstracts on these lists say, not of all that was ever measured; papers
-- of one series may differ in model size, prompts or protocol.
-- Grain:   one row per (benchmark, split, metric_id, metric_unit, listing_date)
-- Sources: benchmarks.claims, core.papers
-- As-of:   each paper's latest text, read by today's rules: another version of the extractor
--          rewrites earlier days, too. benchmarks.sota_as_of(benchmark, ts) goes back in listing
--          days; `sql --snapshot ID` shows what was published then
-- Refresh: full
-- Columns:
--   benchmark: canonical name in benchmarks.benchmarks
--   split: split of the benchmark; null where the paper names none
--   metric_id: metric of the series, see benchmarks.claims
--   metric_unit: scale of the series, see benchmarks.claims
--   listing_date: first listing day of the paper, UTC
--   lower_is_better: direction of the metric
--   score: the number
--   value: number as written
--   unit: unit as written
--   previous_score: the record before; null for the first number of a series
--   previous_paper_id: its paper
--   paper_id: paper that reports it
--   claim_no: its claim in benchmarks.claims, where the evidence is
--   quote: the text that says so
--   confidence: of the claim
with eligible as (
    select
        claims.benchmark,
        claims.split,
        claims.metric_id,
        claims.metric_unit,
        papers.first_listed_on as listing_date,
        claims.lower_is_better,
        claims.score,
        if(claims.lower_is_better, claims.score, -claims.score) as loss,
        claims.value,
        claims.unit,
        claims.paper_id,
        claims.claim_no,
        claims.quote,
        claims.confidence
    from benchmarks.claims as claims
    inner join core.papers as papers
        on claims.paper_id = papers.paper_id
    where
        claims.kind = 'absolute'
        and claims.owner = 'own'
        and claims.benchmark is not null
        and claims.metric_id is not null
        and claims.lower_is_better is not null
        and claims.metric_kind not in (
            'latency', 'throughput', 'memory', 'cost', 'speedup', 'MFU'
        )
        and case claims.metric_unit
            when 'percent'
                then
                    claims.score between 0 and 100
                    and claims.metric_kind not in (
                        'FID', 'Inception Score', 'PSNR', 'SSIM', 'LPIPS', 'MOS', 'MAE',
                        'perplexity'
                    )
            when 'proportion' then claims.score between 0 and 1
            when 'dB' then claims.metric_kind in ('PSNR', 'MOS')
            else coalesce(claims.metric_unit, 'points') = 'points'
        end
),

best_of_day as (
    select *
    from eligible
    qualify
        row_number() over (
            partition by benchmark, split, metric_id, metric_unit, listing_date
            order by loss asc, paper_id asc, claim_no asc
        ) = 1
),

compared as (
    select
        *,
        min(loss) over (
            partition by benchmark, split, metric_id, metric_unit
            order by listing_date
            rows between unbounded preceding and 1 preceding
        ) as least_loss
    from best_of_day
),

records as (
    select *
    from compared
    where least_loss is null or loss < least_loss
)

select
    benchmark,
    split,
    metric_id,
    metric_unit,
    listing_date,
    lower_is_better,
    score,
    value,
    unit,
    lag(score) over series as previous_score,
    lag(paper_id) over series as previous_paper_id,
    paper_id,
    claim_no,
    quote,
    confidence
from records
window
    series as (
        partition by benchmark, split, metric_id, metric_unit
        order by listing_date
    )
order by benchmark, split, metric_id, metric_unit, listing_date
