-- Rules 7, 9, 11: a tariff with its steps, in whole numbers: a step's price is
-- numerator / denominator for one scaled unit, on one denominator for all its steps.
with

known_tariffs as (

    select * from {{ known(ref('tariffs')) }}

),

known_steps as (

    select
        tariff_id,
        step_no,
        {{ scaled_units('coalesce(from_units, 0)') }} as low,
        {{ scaled_units('to_units') }} as high,
        {{ scaled_units('increment') }} as increment,
        {{ scaled_money('coalesce(flat_fee, 0)') }} as flat_fee,
        {{ scaled_money('coalesce(price, 0)') }} * 10000 as price,
        {{ scaled_money('coalesce(unit_size, 1)') }} as unit_size
    from {{ known(ref('tariff_steps')) }}

),

reduced_steps as (

    select
        *,
        {{ greatest_common_divisor('price', 'unit_size') }} as divisor
    from known_steps

),

step_lists as (

    select
        tariff_id,
        array_sort(collect_list(struct(
            step_no,
            low,
            high,
            increment,
            flat_fee,
            cast(price div divisor as decimal(38, 0)) as numerator,
            cast(unit_size div divisor as decimal(38, 0)) as denominator
        ))) as steps
    from reduced_steps
    group by tariff_id

),

with_denominator as (

    select
        *,
        {{ common_denominator('steps') }} as denominator
    from step_lists

),

cards as (

    select
        tariff.tariff_id,
        tariff.plan_id,
        coalesce(tariff.service, '*') as service,
        coalesce(tariff.direction, '*') as direction,
        coalesce(tariff.roaming_zone, '*') as roaming_zone,
        coalesce(tariff.destination_zone, '*') as destination_zone,
        coalesce(tariff.band, '*') as band,
        coalesce(tariff.priority, 2147483647) as priority,
        {{ open_from('tariff.valid_from') }} as valid_from,
        {{ open_to('tariff.valid_to') }} as valid_to,
        struct(
            tariff.tariff_id,
            coalesce(tariff.tier_scope, 'event') as tier_scope,
            coalesce(tariff.tier_mode, 'graduated') as tier_mode,
            coalesce(tariff.beyond_last_step, 'suspend') as beyond_last_step,
            tariff.rounding_scale,
            coalesce(tariff.rounding_mode, 'half_up') as rounding_mode,
            {{ scaled_money('coalesce(tariff.connection_fee, 0)') }} as connection_fee,
            {{ scaled_money('tariff.min_charge') }} as min_charge,
            {{ scaled_money('tariff.max_charge') }} as max_charge,
            priced.denominator,
            {{ steps_on_denominator(
                'priced.steps', 'priced.denominator', 'tariff.beyond_last_step'
            ) }} as steps
        ) as card
    from known_tariffs as tariff
    inner join with_denominator as priced on tariff.tariff_id = priced.tariff_id

)

select * from cards
