-- Rule 11: by which tariff each long event is rounded and limited (that of its first
-- part), its fee, and the common denominator of all its tariffs: null where that has
-- more than 18 digits, and then the event is out of range.
with

tariffs as (

    select
        parts.record_id,
        parts.low,
        parts.minor_digits,
        parts.is_in_one_band,
        terms.tariff_id,
        terms.rounding_scale,
        terms.rounding_mode,
        terms.connection_fee,
        terms.min_charge,
        terms.max_charge,
        terms.denominator
    from {{ ref('usage_parts') }} as parts
    left semi join {{ ref('long_usages') }} as long_usages
        on parts.record_id = long_usages.record_id
    inner join {{ ref('tariff_terms') }} as terms on parts.terms_no = terms.terms_no
    where parts.total > 0

),

-- of what is in several bands
denominators as (

    select
        record_id,
        collect_set(denominator) as denominators
    from tariffs
    where not is_in_one_band
    group by record_id
    having bool_and(denominator is not null)

),

products as (

    select
        record_id,
        aggregate(
            denominators,
            cast(1 as bigint),
            (product, denominator) -> try_multiply(product, denominator)
        ) as denominator
    from denominators

),

waived as (

    select distinct record_id
    from {{ ref('bundle_covers') }}
    where waives_fee

)

select
    tariffs.record_id,
    tariffs.tariff_id,
    {{ rounding_unit('coalesce(tariffs.rounding_scale, tariffs.minor_digits)') }}
        as unit,
    tariffs.rounding_mode,
    if(waived.record_id is null, tariffs.connection_fee, cast(0 as decimal(38, 0)))
        as connection_fee,
    tariffs.min_charge,
    tariffs.max_charge,
    case
        when
            if(tariffs.is_in_one_band, tariffs.denominator, products.denominator)
            < 1000000000000000000
            then if(tariffs.is_in_one_band, tariffs.denominator, products.denominator)
    end as denominator
from tariffs
left join products on tariffs.record_id = products.record_id
left join waived on tariffs.record_id = waived.record_id
where tariffs.low = 0
