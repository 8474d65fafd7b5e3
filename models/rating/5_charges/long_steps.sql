-- Rules 9 and 11: what each step of the long events costs, rounded as part of the whole:
-- a step gets what the rounded sum grows by. Null where a cost is too large for the sum
-- of all to be held.
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
        terms.unit,
        terms.rounding_mode,
        terms.connection_fee,
        terms.denominator,
        {{ product_within('steps.billed_units', 'steps.numerator') }} as own_cost,
        terms.denominator div steps.denominator as factor
    from {{ ref('charged_steps') }} as steps
    inner join {{ ref('long_terms') }} as terms on steps.record_id = terms.record_id
    where steps.step_no is not null

),

with_terms as (

    select
        *,
        {{ product_within('own_cost', 'factor') }} as price_cost,
        {{ product_within('flat_fee', 'denominator') }} as flat_cost,
        {{ product_within('connection_fee', 'denominator') }} as fee_cost
    from with_factors

),

with_costs as (

    select
        *,
        -- bounded: two numbers below 10^34
        {{ within_limit('price_cost + flat_cost') }} as cost
    from with_terms

),

with_sums as (

    select
        *,
        -- bounded: costs are below 10^34, and an event has fewer than 10^4 steps
        fee_cost + sum(cost) over in_turn as sum_so_far,
        -- bounded: a denominator of 18 digits and a unit of 11
        cast(denominator as decimal(38, 0)) * cast(unit as decimal(11, 0)) as divisor,
        row_number() over in_turn as place,
        bool_or(cost is null or fee_cost is null) over (
            partition by record_id
        ) as is_too_large
    from with_costs
    window in_turn as (partition by record_id order by low, step_no)

),

rounded as (

    select
        *,
        -- bounded: a quotient below 10^18, and at most 27 digits with its unit
        cast(unit as decimal(38, 0)) * (
            {{ rounded_within('sum_so_far', 'divisor', 'rounding_mode') }}
        ) as rounded_sum
    from with_sums

)

select
    record_id,
    low,
    band,
    tariff_id,
    step_no,
    units,
    billed_units,
    place,
    if(is_too_large, null, rounded_sum) as rounded_sum,
    rounded_sum - coalesce(
        lag(rounded_sum) over (partition by record_id order by place), connection_fee
    ) as amount
from rounded
