{{ config(materialized='ephemeral') }}

-- Rule 7: the tariff of each case: the first by priority, then the most specific one,
-- then the least id. Two that are equal in all of these are ambiguous.
with

cases as (

    select
        *,
        card.tariff_id
    from {{ ref('tariff_cases') }}

),

best as (

    select
        *,
        count(*) over (
            partition by
                plan_id, service, direction, roaming_zone, destination_zone, band,
                valid_from, priority, star_count, tariff_id
        ) > 1 as is_ambiguous
    from cases
    qualify row_number() over (
        partition by
            plan_id, service, direction, roaming_zone, destination_zone, band,
            valid_from
        order by priority, star_count, tariff_id
    ) = 1

)

select
    plan_id,
    service,
    direction,
    roaming_zone,
    destination_zone,
    band,
    tariff_id,
    card,
    is_ambiguous,
    valid_from,
    valid_to
from best
