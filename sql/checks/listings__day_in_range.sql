-- fail: a listing before 2023-05-04, when the list began; a date was read wrong.
select
    listing_date,
    paper_id
from core.listings
where listing_date < date '2023-05-04'
