{{ config(materialized='ephemeral') }}

-- Rule 5: the prefixes of each set of zones that a plan names, and of all zones (whose
-- zone_set_id is 0).
with

prefixes as (

    select
        if(prefix = '*', '', coalesce(prefix, '')) as prefix,
        zone,
        {{ open_from('valid_from') }} as valid_from,
        {{ open_to('valid_to') }} as valid_to
    from {{ known(ref('destinations')) }}

),

zone_sets as (

    select distinct
        zone_set_id,
        zones
    from {{ ref('plan_zones') }}
    where zone_set_id is not null

),

set_zones as (

    select
        zone_set_id,
        explode(zones) as zone
    from zone_sets
    union all
    select distinct
        cast(0 as bigint) as zone_set_id,
        zone
    from prefixes

),

final as (

    select
        set_zones.zone_set_id,
        prefixes.prefix,
        prefixes.zone,
        prefixes.valid_from,
        prefixes.valid_to
    from prefixes
    inner join set_zones on prefixes.zone = set_zones.zone

)

select * from final
