-- warn: days are landed but held back from the marts; held_reason says why.
select
    listing_date,
    held_reason
from ops.coverage
where is_held
