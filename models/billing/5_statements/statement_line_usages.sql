-- Which usage each line of the current statements is made of. Lines that time alone tells
-- apart (another tax or exchange rate) have their own stretches of it.
with

lines as (

    select
        lines.*,
        explode(lines.usage_stretches) as stretch
    from {{ ref('statement_lines') }} as lines
    left semi join {{ ref('current_statements') }} as statements
        on lines.statement_id = statements.statement_id

)

select
    lines.statement_id,
    lines.line_no,
    lines.line_key,
    usages.record_id,
    usages.event_id,
    usages.quantity,
    usages.charge_amount,
    usages.currency,
    usages.started_at
from {{ ref('usage_charges') }} as usages
inner join lines
    on
        usages.account_id = lines.account_id
        and usages.cycle_start = lines.cycle_start
        and usages.subscription_id = lines.subscription_id
        and usages.plan_id <=> lines.plan_id
        and usages.tariff_id <=> lines.item_id
        and usages.service = lines.service
        and usages.direction = lines.direction
        and usages.destination_zone <=> lines.destination_zone
        and usages.roaming_zone <=> lines.roaming_zone
        and usages.currency = lines.charge_currency
        and usages.started_at >= lines.stretch.first_started_at
        and usages.started_at <= lines.stretch.last_started_at
