-- Rule 15: the lines of the cycles with their tax, which is rounded once for each rate and
-- allocated like the amounts.
with

shares as (

    select
        *,
        -- bounded: units below 10^17, and a percent of at most 100 in 10^-10
        cast(
            units * cast(
                coalesce(tax_rate, 0) * cast(10000000000 as decimal(11, 0))
                as decimal(38, 0)
            ) as decimal(38, 0)
        ) as tax_share,
        -- bounded: units below 10^17, and a percent of at most 100 in 10^-10
        cast(
            rate_units * cast(
                coalesce(tax_rate, 0) * cast(10000000000 as decimal(11, 0))
                as decimal(38, 0)
            ) as decimal(38, 0)
        ) as tax_sum,
        -- bounded: percents of at most 200
        cast(
            (cast(100 as decimal(28, 10)) + if(
                tax_basis = 'gross',
                tax_rate,
                cast(0 as decimal(28, 10))
            )) * cast(10000000000 as decimal(11, 0)) as decimal(38, 0)
        ) as tax_whole
    from {{ ref('rounded_lines') }}

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
        {{ row_no() }} over (
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
    lines.account_id,
    lines.cycle_start,
    taxed.line_no,
    lines.line_key,
    first_items.subscription_id,
    first_items.plan_id,
    first_items.service,
    first_items.direction,
    first_items.destination_zone,
    first_items.roaming_zone,
    first_items.charge_currency,
    first_items.tax_code,
    lines.tax_basis,
    lines.event_count,
    lines.quantity,
    lines.charge_amount,
    lines.exchange_rate,
    lines.tax_rate,
    lines.first_started_at,
    lines.last_started_at,
    lines.usage_stretches,
    coalesce(first_items.line_type, 'discount') as line_type,
    coalesce(lines.discount_id, first_items.item_id) as item_id,
    -- bounded: units below 10^17
    {{ in_major_units(
        "if(lines.tax_basis = 'gross', taxed.units - taxed.tax_units, taxed.units)",
        'taxed.minor_digits'
    ) }} as net_amount,
    {{ in_major_units('taxed.tax_units', 'taxed.minor_digits') }} as tax_amount
from {{ ref('exact_lines') }} as lines
inner join taxed
    on
        lines.account_id = taxed.account_id
        and lines.cycle_start = taxed.cycle_start
        and lines.line_key = taxed.line_key
left join {{ ref('items') }} as first_items
    on
        lines.account_id = first_items.account_id
        and lines.cycle_start = first_items.cycle_start
        and lines.item_no = first_items.item_no
