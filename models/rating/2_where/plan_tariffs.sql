-- Rule 7: the tariffs that a plan and its standby, plan `*`, have for each service and
-- epoch of the cases.
with

wanted as (

    select distinct
        plan_id as of_plan_id,
        plan_id,
        tariff_service,
        epoch_no,
        valid_from,
        1 as level
    from {{ ref('cases') }}
    where plan_id is not null and plan_id != '*'
    union all
    select distinct
        coalesce(plan_id, '') as of_plan_id,
        '*' as plan_id,
        tariff_service,
        epoch_no,
        valid_from,
        2 as level
    from {{ ref('cases') }}

)

select
    wanted.of_plan_id,
    wanted.tariff_service,
    wanted.epoch_no,
    wanted.level,
    terms.terms_no,
    terms.tariff_id,
    terms.direction,
    terms.roaming_zone,
    terms.destination_zone,
    terms.band,
    terms.priority,
    terms.star_count
from wanted
inner join {{ ref('tariff_terms') }} as terms
    on
        wanted.plan_id = terms.plan_id
        and wanted.valid_from >= terms.valid_from
        and wanted.valid_from < terms.valid_to
where terms.service in ('*', wanted.tariff_service)
