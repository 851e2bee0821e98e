-- question: What is in quarantine, why, and on which days?
-- persona: maintainer
select
    reason_code,
    rule_version,
    count(*) as row_count,
    count(*) filter (where not is_released) as waiting_count,
    min(listing_date) as first_day,
    max(listing_date) as last_day,
    min(reason) as example
from ops.quarantine
group by reason_code, rule_version
order by waiting_count desc, reason_code asc, rule_version asc
