-- question: Which tags of the taxonomy stand together more often than by chance?
-- persona: analyst
select
    tag,
    other_tag,
    paper_count,
    round(lift, 2) as lift,
    round(jaccard, 3) as jaccard
from tags.tag_cooccurrence
where source = 'taxonomy'
order by paper_count * ln(lift) desc, tag asc, other_tag asc
limit 10
