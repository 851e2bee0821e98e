-- benchmarks.sota_statements: parts of sentences in which a paper calls its own work the best.
-- What a paper says of itself, not what this archive found; for that see sota_timeline.
-- Grain:   one row per (paper_id, statement_no)
-- Sources: derived.extractions, benchmarks.mentions, reference.extractor
-- Refresh: by paper_id
-- As-of:   the paper's latest text
-- Columns:
--   paper_id: arXiv id without version
--   statement_no: place among the paper's statements, from 1, in the order of the text
--   scope: 'broad', or the benchmark or task that the statement is about, as written
--   benchmark: canonical name where the scope is one of the paper's benchmarks
--   field: 'title' or 'abstract' of core.papers
--   start_offset: first character of the quote in the field, from 0
--   end_offset: character after the quote
--   quote: the text between the offsets
--   text_sha256: sha256 of the field's UTF-8 text that the offsets count in
--   extractor: name of the extractor
--   extractor_version: its version
with stated as (
    select
        paper_id,
        title_sha256,
        abstract_sha256,
        unnest(sota) as statement,
        generate_subscripts(sota, 1) as statement_no
    from derived.extractions
)

select
    stated.paper_id,
    stated.statement_no,
    stated.statement['scope'] as scope,
    mentions.benchmark,
    stated.statement['field'] as field,
    stated.statement['start_offset'] as start_offset,
    stated.statement['end_offset'] as end_offset,
    stated.statement['quote'] as quote,
    case stated.statement['field']
        when 'title' then stated.title_sha256
        else stated.abstract_sha256
    end as text_sha256,
    extractor.extractor,
    extractor.extractor_version
from stated
left join benchmarks.mentions as mentions
    on
        stated.paper_id = mentions.paper_id
        and stated.statement['scope'] in (mentions.benchmark, mentions.name_as_written)
cross join reference.extractor as extractor
-- a scope may be one benchmark's name and another's canonical name
qualify
    row_number() over (
        partition by stated.paper_id, stated.statement_no
        order by mentions.name_as_written != scope, mentions.benchmark
    ) = 1
order by stated.paper_id, stated.statement_no
