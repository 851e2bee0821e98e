-- ops.runs: attempts at a listing day, as the ledger recorded them.
-- Grain:   one row per (source, listing_date, attempt_at)
-- Sources: lake.ledger
-- As-of:   append-only; each row is final
-- Refresh: by listing_date
-- Columns:
--   source: source asked
--   listing_date: day asked for
--   attempt_at: start of the attempt, UTC
--   attempt_no: number of the attempt at that day, from 1
--   state: complete, empty, partial or failed
--   reason: code of the evidence why it is not complete
--   error: what went wrong, in words
--   responses: responses kept in raw/
--   rows_in: entries in those responses
--   rows_landed: entries that passed every row rule
--   rows_quarantined: entries held back
--   rows_duplicate: repeats of a paper within the attempt
--   new_fields: keys never seen before, as dotted paths
--   drift: where the entries differ from the known format, in words
--   is_time_assumed: the fetch time was not recorded
select
    source,
    listing_date,
    attempt_at,
    row_number() over (partition by listing_date order by attempt_at, source) as attempt_no,
    state,
    reason,
    error,
    responses,
    rows_in,
    rows_landed,
    rows_quarantined,
    rows_duplicate,
    new_fields,
    drift,
    is_time_assumed
from lake.ledger
order by listing_date, attempt_at, source
