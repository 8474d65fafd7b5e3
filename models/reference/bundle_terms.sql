-- Rule 8: what each version of a bundle is for and how it is used up, in whole numbers
-- (units in 10^-6). Bundles of one rank are used in the order in which they expire.
with

known_bundles as (

    select
        bundle_id,
        plan_id,
        coalesce(service, '*') as service,
        coalesce(direction, '*') as direction,
        coalesce(roaming_zone, '*') as roaming_zone,
        coalesce(destination_zone, '*') as destination_zone,
        coalesce(band, '*') as band,
        coalesce(scope, 'own') as scope,
        coalesce(priority, 2147483647) as priority,
        coalesce(rollover_cycles, 0) as rollover_cycles,
        {{ scaled_units('units') }} as units,
        {{ scaled_units('block') }} as block,
        coalesce(fee_mode, 'charge') = 'waive' as waives_fee,
        {{ open_from('valid_from') }} as valid_from,
        {{ open_to('valid_to') }} as valid_to
    from {{ known('bundles') }}

),

with_order as (

    select
        *,
        case scope when 'own' then 1 when 'shared' then 2 else 3 end as scope_order,
        if(service = '*', 1, 0)
        + if(direction = '*', 1, 0)
        + if(roaming_zone = '*', 1, 0)
        + if(destination_zone = '*', 1, 0)
        -- bounded: five ones
        + if(band = '*', 1, 0) as star_count
    from known_bundles

),

final as (

    select
        cast(row_number() over (order by bundle_id, valid_from) as bigint) as terms_no,
        bundle_id,
        plan_id,
        service,
        direction,
        roaming_zone,
        destination_zone,
        band,
        scope,
        rollover_cycles,
        units,
        block,
        waives_fee,
        valid_from,
        valid_to,
        dense_rank() over (order by priority, scope_order, star_count) as rank_no
    from with_order

)

select * from final
