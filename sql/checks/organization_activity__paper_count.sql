-- fail: an organization's months do not add up to its papers.
select
    organizations.organization_id,
    organizations.paper_count,
    sum(organization_activity.paper_count) as month_count
from authors.organizations as organizations
left join authors.organization_activity as organization_activity
    on organizations.organization_id = organization_activity.organization_id
group by organizations.organization_id, organizations.paper_count
having sum(organization_activity.paper_count) is distinct from organizations.paper_count
