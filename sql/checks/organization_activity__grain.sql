-- fail: repeated (organization_id, month); look for a join that multiplies rows.
select
    organization_id,
    month,
    count(*) as row_count
from authors.organization_activity
group by organization_id, month
having count(*) > 1
