-- Rule 8: what each bundle is for and how it is used up, in whole numbers, by version.
-- Bundles of one rank are used in the order in which they expire.
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
    from {{ known(ref('bundles')) }}

),

final as (

    select
        *,
        row_number() over (order by bundle_id, valid_from) as terms_no,
        dense_rank() over (
            order by
                priority,
                array_position(array('own', 'shared', 'pooled'), scope),
                size(array_compact(array(
                    nullif(service = '*', false),
                    nullif(direction = '*', false),
                    nullif(roaming_zone = '*', false),
                    nullif(destination_zone = '*', false),
                    nullif(band = '*', false)
                )))
        ) as rank_no
    from known_bundles

)

select * from final
