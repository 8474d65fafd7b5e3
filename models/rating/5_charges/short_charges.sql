-- Rules 9 and 11 for nearly all events: those that lie in one band and in the first step
-- of one tariff, whatever bundles may still cover. Their charge is a fraction of two
-- bigints; where these do not hold it, or there is more than one band or step, there is
-- no amount here, and the event goes the long way.
with

usages as (

    select
        usages.*,
        terms.tariff_id,
        terms.first_step_no,
        terms.rounding_mode,
        terms.short_fee,
        terms.short_min,
        terms.max_charge,
        terms.first_flat_fee,
        terms.first_numerator,
        terms.denominator,
        {{ rounding_unit('coalesce(terms.rounding_scale, usages.minor_digits)') }}
            as unit,
        {{ rounded_up('usages.total', 'terms.first_increment') }} as billed,
        usages.total = 0 or terms.terms_no is null as is_free,
        usages.is_in_one_band and (
            usages.total = 0
            or terms.terms_no is null
            or (
                not terms.is_period
                and terms.short_min is not null
                and terms.first_low = 0
                and usages.total <= terms.first_high
            )
        ) as is_short
    from {{ ref('banded_usages') }} as usages
    left join {{ ref('tariff_terms') }} as terms on usages.terms_no = terms.terms_no

),

with_fraction as (

    select
        *,
        try_multiply(denominator, unit) as divisor,
        try_add(
            try_multiply(billed, first_numerator),
            try_multiply(try_add(short_fee, first_flat_fee), denominator)
        ) as numerator
    from usages

),

rounded as (

    select
        *,
        case
            when is_short and is_free then 0L
            -- bounded: a numerator below 10^18 is rounded up by less than 10^10
            when is_short and numerator < 1000000000000000000 and divisor > 0
                then unit * ({{ rounded_quotient('numerator', 'divisor', 'rounding_mode') }})
        end as rounded_amount
    from with_fraction

)

select
    record_id,
    event_id,
    event_hash,
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
    currency,
    quantity,
    record_quantity,
    total,
    low,
    terms_no,
    is_ambiguous,
    is_in_range,
    is_convertible,
    is_in_one_band,
    rounded_amount,
    started_at,
    event_date,
    usage_date,
    cycle_start,
    if(is_free, null, first_step_no) as step_no,
    if(is_free, 0L, billed) as billed_units,
    if(is_free, 0L, short_fee) as connection_fee,
    case
        when is_free or rounded_amount is null then rounded_amount
        when max_charge < 1000000000000000000
            then least(greatest(rounded_amount, short_min), cast(max_charge as bigint))
        else greatest(rounded_amount, short_min)
    end as amount
from rounded
