-- fail: more entries have a field than could have it; look at the parent of the path.
select
    source,
    listing_date,
    path,
    entry_count,
    possible_count
from ops.payload_shape
where entry_count > possible_count or entry_count < 0
