-- Rule 5: where the number of each case is, as its plan sees it (level 1) and as plan
-- `*` does (level 2): the longest prefix among the zones that the plan names for the
-- service, else the longest of all.
with

numbers as (

    select distinct
        tariff_service,
        epoch_no,
        prefix,
        coalesce(plan_id, '') as of_plan_id
    from {{ ref('cases') }}

),

levels as (

    select 1 as level
    union all
    select 2 as level

),

named_zones as (

    select distinct
        of_plan_id,
        tariff_service,
        epoch_no,
        level,
        destination_zone as zone
    from {{ ref('plan_tariffs') }}
    where destination_zone != '*'

),

covering as (

    select
        numbers.of_plan_id,
        numbers.tariff_service,
        numbers.epoch_no,
        numbers.prefix,
        zones.zone,
        zones.leading_part
    from numbers
    inner join {{ ref('prefix_zones') }} as zones
        on numbers.prefix = zones.prefix and numbers.epoch_no = zones.epoch_no

),

candidates as (

    select
        covering.*,
        named.level,
        1 as preference
    from covering
    inner join named_zones as named
        on
            covering.of_plan_id = named.of_plan_id
            and covering.tariff_service = named.tariff_service
            and covering.epoch_no = named.epoch_no
            and covering.zone = named.zone
    union all
    select
        covering.*,
        levels.level,
        2 as preference
    from levels
    cross join covering

),

ranked as (

    select
        *,
        {{ row_no() }} over (
            partition by of_plan_id, tariff_service, epoch_no, prefix, level
            order by preference asc, length(leading_part) desc, zone asc
        ) as place
    from candidates

)

select
    of_plan_id,
    tariff_service,
    epoch_no,
    prefix,
    level,
    zone,
    leading_part
from ranked
where place = 1
