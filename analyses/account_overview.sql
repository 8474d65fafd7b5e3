-- What has a customer who calls used, been billed and paid lately?
-- role: support
with usage_days as (
    select
        account_id,
        max(usage_date) as last_usage_date
    from lake.aggregates.usage_daily
    group by account_id
)

select
    balances.account_id,
    balances.name,
    balances.currency,
    balances.balance_amount,
    balances.unbilled_amount,
    statements.cycle_start,
    statements.total_amount,
    payments.open_amount,
    usage_days.last_usage_date
from lake.aggregates.account_balances as balances
left join lake.aggregates.current_statements as statements
    on balances.account_id = statements.account_id
left join lake.aggregates.statement_payments as payments
    on statements.statement_id = payments.statement_id
left join usage_days
    on balances.account_id = usage_days.account_id
order by balances.account_id asc, statements.cycle_start desc
limit 100
