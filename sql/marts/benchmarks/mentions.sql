-- benchmarks.mentions: benchmarks and datasets that a paper names, and what it does with them.
-- Grain:   one row per (paper_id, benchmark)
-- Sources: derived.extractions, intermediate.benchmark_names, reference.extractor
-- As-of:   the paper's latest text
-- Refresh: by paper_id
-- Columns:
--   paper_id: arXiv id without version
--   benchmark: canonical name in benchmarks.benchmarks
--   name_as_written: name in its longest form in this paper
--   role: 'introduced' by the paper, 'evaluated' on, 'trained' on, or only 'mentioned'
--   split: split that stands beside the name, lower case; null where none does
--   field: 'title' or 'abstract' of core.papers
--   start_offset: first character of the quote in the field, from 0
--   end_offset: character after the quote
--   quote: the text between the offsets
--   text_sha256: sha256 of the field's UTF-8 text that the offsets count in
--   extractor: name of the extractor
--   extractor_version: its version
with named as (
    select
        paper_id,
        title_sha256,
        abstract_sha256,
        unnest(benchmarks) as mention
    from derived.extractions
)

select
    named.paper_id,
    names.benchmark,
    named.mention['name'] as name_as_written,
    named.mention['role'] as role,
    named.mention['split'] as split,
    named.mention['field'] as field,
    named.mention['start_offset'] as start_offset,
    named.mention['end_offset'] as end_offset,
    named.mention['quote'] as quote,
    case named.mention['field']
        when 'title' then named.title_sha256
        else named.abstract_sha256
    end as text_sha256,
    extractor.extractor,
    extractor.extractor_version
from named
inner join intermediate.benchmark_names as names
    on named.mention['canonical'] = names.canonical
cross join reference.extractor as extractor
-- two spellings of one name in a paper: the stronger role, then the first place
qualify
    row_number() over (
        partition by named.paper_id, names.benchmark
        order by
            case named.mention['role']
                when 'introduced' then 1
                when 'evaluated' then 2
                when 'trained' then 3
                else 4
            end,
            named.mention['field'] = 'abstract',
            named.mention['start_offset']
    ) = 1
order by named.paper_id, names.benchmark
