-- Rule 15: the exact amounts of each tax rate are summed and rounded once; the lines get
-- their amount rounded down, and the units left go to the largest remainders. In whole
-- minor units of the currency, before tax or with it, as the tax's basis says.
with

-- without what else a line says: a window over few rows costs by the column
lines as (

    select
        lines.account_id,
        lines.cycle_start,
        lines.line_key,
        lines.tax_basis,
        lines.tax_rate,
        lines.exact_amount,
        lines.is_in_range,
        scales.minor_digits,
        scales.minor_unit,
        {{ row_no() }} over (
            partition by lines.account_id, lines.cycle_start
            order by lines.type_no, lines.order_no
        ) as line_no
    from {{ ref('exact_lines') }} as lines
    inner join {{ ref('cycle_scales') }} as scales
        on
            lines.account_id = scales.account_id
            and lines.cycle_start = scales.cycle_start

),

with_sums as (

    select
        *,
        -- bounded: 30 digits each, and this has 38
        cast(sum(exact_amount) over (
            partition by account_id, cycle_start, tax_rate, tax_basis
        ) as decimal(38, 0)) as rate_sum
    from lines

),

with_range as (

    select
        *,
        -- bounded: 10^17 units, of which 10^16 at most counts: the first limit is lower then
        bool_and(coalesce(
            is_in_range
            and abs(rate_sum) < cast('1000000000000000000000000000000000' as decimal(38, 0))
            and abs(rate_sum) < cast(
                least(minor_unit, cast(10000000000000000 as decimal(38, 0))) as decimal(17, 0)
            ) * cast(100000000000000000 as decimal(18, 0)),
            false
        )) over (partition by account_id, cycle_start) as is_cycle_in_range
    from with_sums

),

rounded as (

    select
        *,
        {{ half_up('rate_sum', 'minor_unit') }} as rate_units,
        {{ rounded_down('exact_amount', 'minor_unit') }} as low_units
    from with_range
    where is_cycle_in_range

),

with_remainder as (

    select
        *,
        -- bounded: whole units of an amount below 10^33
        cast(exact_amount - low_units * minor_unit as decimal(38, 0)) as remainder,
        -- bounded: units below 10^17 each
        sum(low_units) over (
            partition by account_id, cycle_start, tax_rate, tax_basis
        ) as sum_of_low
    from rounded

),

in_turn as (

    select
        *,
        {{ row_no() }} over (
            partition by account_id, cycle_start, tax_rate, tax_basis
            order by remainder desc, line_no asc
        ) as place
    from with_remainder

)

select
    account_id,
    cycle_start,
    line_no,
    line_key,
    tax_basis,
    tax_rate,
    minor_digits,
    rate_units,
    -- bounded: units below 10^17
    low_units + if(place <= rate_units - sum_of_low, 1L, 0L) as units
from in_turn
