-- fail: tags.tags and tags.paper_tags count a tag's papers differently.
with counted as (
    select
        source,
        tag,
        count(*) as paper_count
    from tags.paper_tags
    group by source, tag
)

select
    coalesce(tags.source, counted.source) as source,
    coalesce(tags.tag, counted.tag) as tag,
    tags.paper_count,
    counted.paper_count as expected_count
from tags.tags as tags
full outer join counted
    on tags.source = counted.source and tags.tag = counted.tag
where tags.paper_count is distinct from counted.paper_count
