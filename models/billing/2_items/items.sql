-- What the lines of the cycles are made of, in the order of the lines. Usage of one line
-- may be in several items, by the stretches of its discounts.
{%- set told_by = [
    'subscription_id', 'plan_id', 'item_id', 'action_id', 'item_from', 'service', 'direction', 'destination_zone',
    'roaming_zone', 'charge_currency', 'rate_from', 'tax_profile', 'tax_from',
    'taxed_profile', 'taxed_code',
] %}
with

items as (

    select
        account_id,
        cycle_start,
        1 as type_no,
        'usage' as line_type,
        subscription_id,
        plan_id,
        item_id,
        cast(null as string) as action_id,
        item_from,
        service,
        direction,
        destination_zone,
        roaming_zone,
        charge_currency,
        cycle_currency,
        tax_profile,
        tax_code,
        taxed_profile,
        taxed_code,
        tax_basis,
        event_count,
        quantity,
        cast(1 as decimal(24, 6)) as factor,
        charge_amount,
        exchange_rate,
        tax_rate,
        1L as day_parts,
        1L as day_whole,
        false as is_prorated,
        tax_from,
        rate_from,
        priced_at,
        last_started_at
    from {{ ref('usage_items') }}
    union all
    select
        account_id,
        cycle_start,
        if(line_type = 'recurring', 2, 3) as type_no,
        line_type,
        subscription_id,
        plan_id,
        item_id,
        action_id,
        item_from,
        cast(null as string) as service,
        cast(null as string) as direction,
        cast(null as string) as destination_zone,
        cast(null as string) as roaming_zone,
        charge_currency,
        cycle_currency,
        tax_profile,
        tax_code,
        taxed_profile,
        taxed_code,
        tax_basis,
        0L as event_count,
        quantity,
        factor,
        cast(charge_amount as decimal(38, 10)) as charge_amount,
        exchange_rate,
        tax_rate,
        day_parts,
        day_whole,
        is_prorated,
        tax_from,
        rate_from,
        priced_at,
        cast(null as timestamp) as last_started_at
    from {{ ref('fee_items') }}

)

select
    *,
    {{ line_key(['line_type'] + told_by) }} as line_key,
    charge_currency != cycle_currency and exchange_rate is null as is_unbillable,
    {{ row_no() }} over (
        partition by account_id, cycle_start
        order by
            type_no,
            {% for name in told_by %}
            {{ 'coalesce(' ~ name ~ ", timestamp '0001-01-01 00:00:00')" if name.endswith('_from')
                else 'coalesce(' ~ name ~ ", '')" }},
            {% endfor %}
            priced_at
    ) as item_no
from items
