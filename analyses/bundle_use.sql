-- How much of what customers use do their bundles cover, and how many units are left for the steps?
-- role: analyst
select
    plan_id,
    service,
    sum(quantity) as quantity,
    sum(bundle_units) as bundle_units,
    sum(billable_units) as billable_units,
    count_if(bundle_units > 0) as covered_event_count,
    count(*) as event_count,
    round(100.0 * count_if(bundle_units > 0) / count(*), 1) as covered_percent
from lake.rated.usage_charges
group by plan_id, service
order by covered_percent desc, plan_id asc, service asc
