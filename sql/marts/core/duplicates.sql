-- core.duplicates: pairs of papers that are the same work under two ids, or look like it.
-- A pair is here if it is the same, if the file of overrides calls it different, or if the
-- model does although half of the text or more is in both: one abstract under two titles.
-- Grain:   one row per (paper_id, other_id)
-- Sources: derived.duplicate_pairs
-- As-of:   the papers' latest state at the time of the build
-- Refresh: full
-- Columns:
--   paper_id: the smaller of the two ids
--   other_id: the larger of the two ids
--   decision: 'same' or 'different'
--   decided_by: 'model', or 'override' when a person decided, also by what follows from it
--   score: how sure the model is, 0 to 1; from 0.5 it calls a pair the same; null if only
--     the override names the pair, like the next four
--   text_jaccard: shingles of three words that titles and abstracts have in common, of all
--   record_score: what `daily-papers match` says of titles, authors and years
--   shared_authors: authors in common, of the shorter list
--   found_by: what brought the pair up: text, title, doi, openreview
--   reason: why it was decided so; of an override who decided, and why
--   rule_version: version of the rules
select
    paper_id,
    other_id,
    decision,
    decided_by,
    score,
    text_jaccard,
    record_score,
    shared_authors,
    found_by,
    reason,
    rule_version
from derived.duplicate_pairs
order by paper_id, other_id
