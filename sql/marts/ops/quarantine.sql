-- ops.quarantine: rows that a rule held back, released ones included.
-- Grain:   one row per (listing_date, raw_sha256, row_no)
-- Sources: lake.quarantine
-- As-of:   the last time the response was read
-- Refresh: by listing_date
-- Columns:
--   listing_date: day that was asked for
--   raw_sha256: sha256 of the response's bytes in raw/
--   row_no: entry of that response, from 0
--   source: source of the response
--   observed_at: when the response was fetched, UTC
--   paper_id: id as the entry spelt it, if it had one
--   reason_code: stable code of the rule that held it back
--   reason: what was wrong, with the value
--   rule_version: version of the row rules
--   row_json: the entry as JSON
--   released_at: when later rules let it through
--   released_by_rule_version: version of the row rules that did
--   earlier_releases: releases after which it was held again, oldest first; null without any
--   is_released: later rules let it through
select
    listing_date,
    raw_sha256,
    row_no,
    source,
    observed_at,
    paper_id,
    reason_code,
    reason,
    rule_version,
    row_json,
    released_at,
    released_by_rule_version,
    earlier_releases,
    released_at is not null as is_released
from lake.quarantine
order by listing_date, raw_sha256, row_no
