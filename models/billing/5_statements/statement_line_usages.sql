-- Which usage each line of the current statements is made of. Lines that are told apart by
-- time alone (another price, tax or exchange rate) follow each other.
with

lines as (

    select lines.*
    from {{ ref('statement_lines') }} as lines
    left semi join {{ ref('current_statements') }} as statements
        on lines.statement_id = statements.statement_id
    where lines.line_type = 'usage'

),

met as (

    select
        lines.statement_id,
        lines.line_no,
        lines.line_key,
        usages.record_id,
        usages.event_id,
        usages.quantity,
        usages.charge_amount,
        usages.currency,
        usages.started_at,
        row_number() over (
            partition by usages.record_id
            order by lines.first_started_at desc, lines.line_no desc
        ) as place
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
            and usages.started_at >= lines.first_started_at
            and usages.started_at <= lines.last_started_at

)

select
    statement_id,
    line_no,
    line_key,
    record_id,
    event_id,
    quantity,
    charge_amount,
    currency,
    started_at
from met
where place = 1
