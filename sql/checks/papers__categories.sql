-- fail: no arXiv category, such as an ACM or MSC class, or a category twice.
-- Refresh: by paper_id
select
    paper_id,
    categories
from core.papers
where
    len(categories) > len(list_distinct(categories))
    or len(
        list_filter(
            categories,
            lambda term: not regexp_full_match(
                term, '[a-z]+(-[a-z]+)*(\.[A-Za-z]+(-[a-z]+)*)?'
            )
        )
    ) > 0
