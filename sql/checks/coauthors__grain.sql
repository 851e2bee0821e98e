-- fail: repeated (author_id, coauthor_id); look for a pair counted in both directions.
-- Pairs of equal hashes first: 15 million groups of one number take half the time of texts.
-- Refresh: by author_id
with repeated as (
    select hash(author_id, coauthor_id) as pair_hash
    from authors.coauthors
    group by pair_hash
    having count(*) > 1
)

select
    author_id,
    coauthor_id,
    count(*) as row_count
from authors.coauthors
where hash(author_id, coauthor_id) in (select repeated.pair_hash from repeated)
group by author_id, coauthor_id
having count(*) > 1
