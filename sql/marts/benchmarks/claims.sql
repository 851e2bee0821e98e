-- benchmarks.claims: numbers that an abstract reports as measured results.
-- What the text does not settle is null: a claim may lack its benchmark, metric or system.
-- Names after the Every Eval Ever schema 0.3.0 where it has the field, see
-- docs/adr/0007-claims-follow-every-eval-ever.md: metric_id, metric_name, metric_kind,
-- metric_unit, lower_is_better and score mean what they mean there.
-- Grain:   one row per (paper_id, claim_no)
-- Sources: derived.extractions, intermediate.benchmark_names, reference.extractor
-- Refresh: by paper_id
-- As-of:   the paper's latest text
-- Columns:
--   paper_id: arXiv id without version
--   claim_no: place among the paper's claims, from 1, in the order of the text
--   benchmark: canonical name in benchmarks.benchmarks
--   benchmark_as_written: name as the paper writes it
--   split: split of the benchmark, as far as the paper names one
--   metric_name: metric as written
--   metric_id: one spelling for each measure; null for words like "performance"
--   metric_kind: family of the metric: its row in extract/data/metrics.csv
--   lower_is_better: direction of the metric; null where the metric is not known
--   value: number as written, without unit and thousands separators
--   unit: unit as written, common ones in one spelling
--   score: the number; a unit of percent stays percent
--   metric_unit: scale of score: 'percent', 'proportion', 'points', 'factor', 'ms' and so on;
--     null where neither unit nor number shows it
--   kind: 'absolute' a score reached, 'delta' a difference to something, 'ratio' a factor
--   owner: 'own' result of the paper, 'other' a number of someone else's system or a baseline
--   model_name: system that the number belongs to, where the sentence names only that one
--   model_start_offset: first character of model_name in the field
--   model_end_offset: character after it
--   field: 'title' or 'abstract' of core.papers
--   start_offset: first character of the quote in the field, from 0
--   end_offset: character after the quote
--   quote: the text between the offsets: the number and, if near, its metric and benchmark
--   text_sha256: sha256 of the field's UTF-8 text that the offsets count in
--   extractor: name of the extractor
--   extractor_version: its version
--   confidence: 0 to 1, the extractor's own estimate; not calibrated
with reported as (
    select
        paper_id,
        title_sha256,
        abstract_sha256,
        unnest(claims) as claim,
        generate_subscripts(claims, 1) as claim_no
    from derived.extractions
)

select
    reported.paper_id,
    reported.claim_no,
    names.benchmark,
    reported.claim['benchmark'] as benchmark_as_written,
    reported.claim['split'] as split,
    reported.claim['metric_name'] as metric_name,
    reported.claim['metric_id'] as metric_id,
    reported.claim['metric_kind'] as metric_kind,
    reported.claim['lower_is_better'] as lower_is_better,
    reported.claim['value'] as value,
    reported.claim['unit'] as unit,
    reported.claim['score'] as score,
    reported.claim['metric_unit'] as metric_unit,
    reported.claim['kind'] as kind,
    reported.claim['owner'] as owner,
    reported.claim['model_name'] as model_name,
    reported.claim['model_start_offset'] as model_start_offset,
    reported.claim['model_end_offset'] as model_end_offset,
    reported.claim['field'] as field,
    reported.claim['start_offset'] as start_offset,
    reported.claim['end_offset'] as end_offset,
    reported.claim['quote'] as quote,
    case reported.claim['field']
        when 'title' then reported.title_sha256
        else reported.abstract_sha256
    end as text_sha256,
    extractor.extractor,
    extractor.extractor_version,
    reported.claim['confidence'] as confidence
from reported
left join intermediate.benchmark_names as names
    on reported.claim['canonical'] = names.canonical
cross join reference.extractor as extractor
order by reported.paper_id, reported.claim_no
