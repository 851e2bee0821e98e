-- fail: no arXiv id as text ('2503.0213' is 2503.02130 after a trip through a float) and no
-- id made from a title.
-- Refresh: by paper_id
select paper_id
from core.papers
where
    not regexp_full_match(
        paper_id,
        '(0[7-9]|1[0-4])\d{2}\.\d{4}|(1[5-9]|[2-9]\d)\d{2}\.\d{5}|[a-z-]+(\.[A-Z]{2})?/\d{7}'
        || '|title:[0-9a-f]{16}'
    )
