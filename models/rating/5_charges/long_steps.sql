-- Rules 9 and 11: what each step of the long events comes to, rounded as part of the whole:
-- a step gets what the rounded sum grows by. Null where a cost is too large for a sum to
-- be held.
with

with_costs as (

    select * from {{ ref('step_costs') }}

),

-- nothing is before what is alone
with_cost_before as (

    select
        *,
        cast(null as decimal(38, 0)) as cost_before
    from with_costs
    where is_alone
    union all
    select
        *,
        -- bounded: costs are below 10^34, and an event has fewer than 10^4 steps
        cast(sum(cost) over (
            partition by record_id
            order by low, step_no
            rows between unbounded preceding and 1 preceding
        ) as decimal(38, 0)) as cost_before
    from with_costs
    where not is_alone

),

with_sums as (

    select
        *,
        -- bounded: costs are below 10^34, and an event has fewer than 10^4 steps
        fee_cost + coalesce(cost_before, 0) as sum_before,
        -- bounded: costs are below 10^34, and an event has fewer than 10^4 steps
        fee_cost + coalesce(cost_before, 0) + cost as sum_so_far,
        -- bounded: a denominator of 18 digits and a unit of 11
        cast(denominator as decimal(38, 0)) * cast(unit as decimal(11, 0)) as divisor
    from with_cost_before

),

rounded as (

    select
        *,
        -- bounded: a quotient below 10^18, and at most 27 digits with its unit
        cast(unit as decimal(38, 0)) * (
            {{ rounded_within('sum_so_far', 'divisor', 'rounding_mode') }}
        ) as rounded_sum,
        -- the first step begins with the fee as it is
        if(
            cost_before is null,
            connection_fee,
            -- bounded: a quotient below 10^18, and at most 27 digits with its unit
            cast(unit as decimal(38, 0)) * (
                {{ rounded_within('sum_before', 'divisor', 'rounding_mode') }}
            )
        ) as rounded_before
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
    rounded_sum,
    rounded_sum - rounded_before as amount
from rounded
