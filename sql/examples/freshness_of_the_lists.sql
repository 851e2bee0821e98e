-- question: Which is the newest list of each source, and when was it looked at last?
-- persona: operator
select
    source,
    max(listing_date) as newest_list,
    max(observed_at) as last_look_at,
    count(distinct paper_id) as paper_count,
    count(*) as observation_count
from core.observations
group by source
order by source
