-- Rule 11: what each step of the long events costs exactly: a numerator over the common
-- denominator of the event's tariffs. Null where it is too large for a sum to be held.
with

with_factors as (

    select
        steps.record_id,
        steps.low,
        steps.band,
        steps.tariff_id,
        steps.step_no,
        steps.units,
        steps.billed_units,
        steps.flat_fee,
        steps.is_alone,
        terms.unit,
        terms.rounding_mode,
        terms.connection_fee,
        terms.denominator,
        {{ mostly_short_product('steps.billed_units', 'steps.numerator') }} as own_cost,
        terms.denominator div steps.denominator as factor
    from {{ ref('charged_steps') }} as steps
    inner join {{ ref('long_terms') }} as terms on steps.record_id = terms.record_id
    where steps.step_no is not null

),

with_terms as (

    select
        *,
        {{ mostly_short_product('own_cost', 'factor') }} as price_cost,
        {{ mostly_short_product('flat_fee', 'denominator') }} as flat_cost,
        {{ mostly_short_product('connection_fee', 'denominator') }} as fee_cost
    from with_factors

)

select
    record_id,
    low,
    band,
    tariff_id,
    step_no,
    units,
    billed_units,
    is_alone,
    unit,
    rounding_mode,
    connection_fee,
    denominator,
    fee_cost,
    -- bounded: two numbers below 10^34
    {{ within_limit('price_cost + flat_cost') }} as cost
from with_terms
