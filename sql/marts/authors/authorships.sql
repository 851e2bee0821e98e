-- authors.authorships: printed authors of each paper and the author they are taken for.
-- Grain:   one row per (paper_id, position)
-- Sources: intermediate.authorships
-- As-of:   the paper's latest state; account links are added by users over time
-- Refresh: by paper_id
-- Columns:
--   paper_id: arXiv id without version
--   position: place in the printed order, from 1
--   author_id: id in authors.authors
--   confidence: probability that the authorship is this author's
--   name_as_printed: name as the source gives it
--   account_id: the source's id of the person's account, when one is linked
--   is_hidden: the source hides this author on the paper's page
select
    paper_id,
    position,
    author_id,
    confidence,
    name_as_printed,
    account_id,
    is_hidden
from intermediate.authorships
order by paper_id, position
