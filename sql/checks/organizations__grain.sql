-- fail: repeated (organization_id); look for a join that multiplies rows.
select
    organization_id,
    count(*) as row_count
from authors.organizations
group by organization_id
having count(*) > 1
