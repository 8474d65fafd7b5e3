-- Rules 7, 9, 11: each version of a tariff: whom it is for and how it charges, with the
-- first of its steps, in which nearly all events lie whole. Money is in 10^-10 of the
-- currency, units in 10^-6; what a bigint does not hold is null in short form.
with

known_tariffs as (

    select
        tariff_id,
        plan_id,
        coalesce(service, '*') as service,
        coalesce(direction, '*') as direction,
        coalesce(roaming_zone, '*') as roaming_zone,
        coalesce(destination_zone, '*') as destination_zone,
        coalesce(band, '*') as band,
        coalesce(priority, 2147483647) as priority,
        coalesce(tier_scope, 'event') = 'period' as is_period,
        coalesce(tier_mode, 'graduated') = 'volume' as is_volume,
        coalesce(beyond_last_step, 'suspend') as beyond_last_step,
        rounding_scale,
        coalesce(rounding_mode, 'half_up') as rounding_mode,
        {{ scaled_money('coalesce(connection_fee, 0)') }} as connection_fee,
        {{ scaled_money('min_charge') }} as min_charge,
        {{ scaled_money('max_charge') }} as max_charge,
        {{ open_from('valid_from') }} as valid_from,
        {{ open_to('valid_to') }} as valid_to
    from {{ known('tariffs') }}

),

first_steps as (

    select
        *,
        row_number() over (partition by tariff_id order by step_no) as place
    from {{ ref('tariff_steps_in_force') }}

),

final as (

    select
        cast(
            row_number() over (
                order by tariffs.tariff_id, tariffs.plan_id, tariffs.valid_from
            ) as bigint
        ) as terms_no,
        tariffs.*,
        if(tariffs.service = '*', 1, 0)
        + if(tariffs.direction = '*', 1, 0)
        + if(tariffs.roaming_zone = '*', 1, 0)
        + if(tariffs.destination_zone = '*', 1, 0)
        -- bounded: five ones
        + if(tariffs.band = '*', 1, 0) as star_count,
        steps.step_no as first_step_no,
        steps.low as first_low,
        steps.high as first_high,
        steps.increment as first_increment,
        {{ short_money('steps.flat_fee') }} as first_flat_fee,
        {{ short_money('steps.numerator') }} as first_numerator,
        {{ short_money('tariffs.connection_fee') }} as short_fee,
        {{ short_money('coalesce(tariffs.min_charge, 0)') }} as short_min,
        steps.denominator
    from known_tariffs as tariffs
    inner join first_steps as steps on tariffs.tariff_id = steps.tariff_id
    where steps.place = 1

)

select * from final
