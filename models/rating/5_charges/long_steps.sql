-- Rules 9 and 11: what each step of the long events costs, rounded as part of the whole:
-- a step gets what the rounded sum grows by. Null where a factor is too large: the
-- digits of a product's factors are at most 34, so that the sum of 10^4 steps has 38.
with

with_costs as (

    select
        steps.record_id,
        steps.low,
        steps.band,
        steps.tariff_id,
        steps.step_no,
        steps.units,
        steps.billed_units,
        terms.unit,
        terms.rounding_mode,
        terms.connection_fee,
        cast(terms.denominator as decimal(38, 0)) as denominator,
        {{ product_within(
            ['steps.billed_units', 'steps.numerator', 'terms.denominator div steps.denominator']
        ) }} as cost,
        {{ product_within(['steps.flat_fee', 'terms.denominator']) }} as flat_cost,
        {{ product_within(['terms.connection_fee', 'terms.denominator']) }} as fee_cost
    from {{ ref('charged_steps') }} as steps
    inner join {{ ref('long_terms') }} as terms on steps.record_id = terms.record_id
    where steps.step_no is not null

),

with_sums as (

    select
        *,
        -- bounded: costs have at most 34 digits, and an event has fewer than 10^4 steps
        fee_cost + sum(cost + flat_cost) over in_turn as sum_so_far,
        -- bounded: a denominator of 18 digits and a unit of 11
        denominator * cast(unit as decimal(11, 0)) as divisor,
        row_number() over in_turn as place,
        bool_or(cost is null or flat_cost is null or fee_cost is null) over (
            partition by record_id
        ) as is_too_large
    from with_costs
    window in_turn as (partition by record_id order by low, step_no)

),

rounded as (

    select
        *,
        -- bounded: a quotient below 10^18, and at most 27 digits with its unit
        cast(unit as decimal(38, 0)) * ({{ rounded_within('sum_so_far', 'divisor', 'rounding_mode') }})
            as rounded_sum
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
