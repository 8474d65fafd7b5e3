-- Rule 7: the distinct choices of tariffs that the cases have, numbered.
with

distinct_choices as (

    select distinct
        of_plan_id,
        tariff_service,
        direction,
        epoch_no,
        coalesce(roaming_zone, '') as roaming_zone,
        coalesce(own_zone, '') as own_zone,
        coalesce(standby_zone, '') as standby_zone
    from {{ ref('case_places') }}

)

select
    *,
    monotonically_increasing_id() as choice_no
from distinct_choices
