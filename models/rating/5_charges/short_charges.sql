-- Rules 9 and 11 for nearly all events: those that lie in one band and in the first step
-- of one tariff, whatever bundles may still cover. Their charge is a fraction of two
-- bigints; where these do not hold it, the event goes the long way (numerator null).
with

usages as (

    select
        usages.*,
        terms.tariff_id,
        terms.first_step_no as step_no,
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
        usages.is_in_one_band and (
            usages.total = 0
            or terms.terms_no is null
            or (
                not terms.is_period
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
        case
            when total = 0 or terms_no is null then 0L
            when short_min is null then null
            else try_add(
                try_multiply(billed, first_numerator),
                try_multiply(try_add(short_fee, first_flat_fee), denominator)
            )
        end as numerator
    from usages
    where is_short

),

rounded as (

    select
        *,
        case
            when total = 0 or terms_no is null then 0L
            -- bounded: a numerator below 10^18 is rounded up by less than 10^10
            else unit * ({{ rounded_quotient('numerator', 'divisor', 'rounding_mode') }})
        end as rounded_amount
    from with_fraction
    where
        numerator < 1000000000000000000
        and (divisor is not null or total = 0 or terms_no is null)

)

select
    record_id,
    tariff_id,
    if(total > 0, step_no, null) as step_no,
    if(total > 0, billed, 0L) as billed_units,
    if(total > 0, short_fee, 0L) as connection_fee,
    rounded_amount,
    if(
        total > 0,
        cast(least(
            cast(greatest(rounded_amount, short_min) as decimal(38, 0)), max_charge
        ) as bigint),
        0L
    ) as amount
from rounded
