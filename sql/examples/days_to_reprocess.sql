-- question: Which days hold rows in quarantine that an older version of the row rules put there?
-- persona: maintainer
with newest as (
    select max(rule_version) as rule_version
    from ops.quarantine
)

select
    quarantine.listing_date,
    quarantine.rule_version,
    newest.rule_version as newest_rule_version,
    count(*) as waiting_count
from ops.quarantine as quarantine
cross join newest
where not quarantine.is_released
group by all
order by quarantine.listing_date, quarantine.rule_version
