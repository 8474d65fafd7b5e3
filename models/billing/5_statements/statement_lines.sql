select
    versions.statement_id,
    lines.account_id,
    cast(lines.line_no as int) as line_no,
    lines.line_key,
    lines.line_type,
    concat_ws(
        ' ',
        if(lines.line_type = 'recurring', 'plan', lines.line_type),
        if(lines.line_type = 'usage', null, lines.item_id),
        lines.service,
        if(lines.direction = 'in', 'received', null),
        concat('to ', lines.destination_zone),
        concat('in ', nullif(lines.roaming_zone, 'home'))
    ) as description,
    lines.subscription_id,
    lines.plan_id,
    lines.item_id,
    lines.service,
    lines.direction,
    lines.destination_zone,
    lines.roaming_zone,
    lines.charge_currency,
    lines.tax_code,
    lines.tax_basis,
    lines.event_count,
    lines.quantity,
    lines.charge_amount,
    lines.exchange_rate,
    lines.tax_rate,
    lines.net_amount,
    lines.tax_amount,
    lines.first_started_at,
    lines.last_started_at,
    lines.usage_stretches,
    lines.cycle_start,
    cast({{ run_id() }} as bigint) as run_id
from {{ ref('billed_lines') }} as lines
inner join {{ ref('new_versions') }} as versions
    on
        lines.account_id = versions.account_id
        and lines.cycle_start = versions.cycle_start
