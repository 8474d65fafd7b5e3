-- Rule 15: the lines of the cycles with their tax, which is rounded once for each rate and
-- allocated like the amounts.
with

shares as (

    select
        lines.*,
        scales.minor_digits,
        -- bounded: units below 10^17, and a percent of at most 100 in 10^-10
        cast(
            lines.units * cast(
                coalesce(lines.tax_rate, 0) * cast(10000000000 as decimal(11, 0))
                as decimal(38, 0)
            ) as decimal(38, 0)
        ) as tax_share,
        -- bounded: units below 10^17, and a percent of at most 100 in 10^-10
        cast(
            lines.rate_units * cast(
                coalesce(lines.tax_rate, 0) * cast(10000000000 as decimal(11, 0))
                as decimal(38, 0)
            ) as decimal(38, 0)
        ) as tax_sum,
        -- bounded: percents of at most 200
        cast(
            (cast(100 as decimal(28, 10)) + if(
                lines.tax_basis = 'gross',
                lines.tax_rate,
                cast(0 as decimal(28, 10))
            )) * cast(10000000000 as decimal(11, 0)) as decimal(38, 0)
        ) as tax_whole
    from {{ ref('rounded_lines') }} as lines
    inner join {{ ref('cycle_scales') }} as scales
        on
            lines.account_id = scales.account_id
            and lines.cycle_start = scales.cycle_start

),

rounded as (

    select
        *,
        {{ half_up('tax_sum', 'tax_whole') }} as rate_tax,
        {{ rounded_down('tax_share', 'tax_whole') }} as low_tax
    from shares

),

with_place as (

    select
        *,
        -- bounded: units below 10^17 each
        sum(low_tax) over (
            partition by account_id, cycle_start, tax_rate, tax_basis
        ) as sum_of_low_tax,
        row_number() over (
            partition by account_id, cycle_start, tax_rate, tax_basis
            -- bounded: whole units of a share below 10^29
            order by tax_share - low_tax * tax_whole desc, line_no asc
        ) as tax_place
    from rounded

),

taxed as (

    select
        *,
        -- bounded: units below 10^17
        low_tax + if(tax_place <= rate_tax - sum_of_low_tax, 1L, 0L) as tax_units
    from with_place

)

select
    account_id,
    cycle_start,
    line_no,
    line_key,
    line_type,
    subscription_id,
    plan_id,
    item_id,
    service,
    direction,
    destination_zone,
    roaming_zone,
    charge_currency,
    tax_code,
    tax_basis,
    event_count,
    quantity,
    charge_amount,
    exchange_rate,
    tax_rate,
    first_started_at,
    last_started_at,
    usage_stretches,
    -- bounded: units below 10^17
    {{ in_major_units(
        "if(tax_basis = 'gross', units - tax_units, units)", 'minor_digits'
    ) }} as net_amount,
    {{ in_major_units('tax_units', 'minor_digits') }} as tax_amount
from taxed
