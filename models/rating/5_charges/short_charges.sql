-- Rules 9 and 11 for nearly all events: those that lie in one band, and in the first step
-- of one tariff with what bundles left of them. Their charge is a fraction of two
-- bigints; where these do not hold it, or there is more than one band or step, there is
-- no amount here, and the event goes the long way.
with

with_fraction as (

    select
        *,
        try_multiply(denominator, unit) as divisor,
        -- with no unit left only the fee is charged
        try_add(
            if(left_units = 0, 0L, try_multiply(billed, first_numerator)),
            try_multiply(
                if(left_units = 0, fee, try_add(fee, first_flat_fee)), denominator
            )
        ) as numerator
    from {{ ref('short_terms') }}

),

with_way as (

    select
        *,
        not is_short or not (
            is_free or coalesce(numerator < 1000000000000000000 and divisor > 0, false)
        ) as is_long
    from with_fraction

),

rounded as (

    select
        *,
        if(left_units = 0, 0L, short_min) as least_amount,
        case
            when is_long then null
            when is_free then 0L
            -- bounded: a numerator below 10^18 is rounded up by less than 10^10
            else unit * ({{ rounded_quotient('numerator', 'divisor', 'rounding_mode') }})
        end as rounded_amount
    from with_way

)

select
    record_id,
    event_id,
    account_id,
    subscription_id,
    plan_id,
    tariff_id,
    service,
    direction,
    roaming_zone,
    destination_zone,
    destination_prefix,
    band,
    bundle_id,
    currency,
    quantity,
    record_quantity,
    total,
    terms_no,
    is_ambiguous,
    is_in_range,
    is_convertible,
    is_in_one_band,
    is_long,
    bundle_units,
    left_units,
    most_taken,
    started_at,
    event_date,
    usage_date,
    cycle_start,
    cover_count + if(left_units > 0, 1L, 0L) as segment_count, -- bounded: counts
    if(is_free or left_units = 0, null, first_step_no) as step_no,
    if(is_free or left_units = 0, 0L, billed) as billed_units,
    if(is_free, 0L, fee) as connection_fee,
    if(is_free or left_units = 0, 0L, rounded_amount - fee) as step_amount,
    case
        when is_free or is_long then rounded_amount
        when max_charge < 1000000000000000000
            then least(greatest(rounded_amount, least_amount), cast(max_charge as bigint))
        else greatest(rounded_amount, least_amount)
    end as amount
from rounded
