-- Which accounts passed their credit limit and have not come back below it?
-- role: finance
with

crossings as (

    select
        account_id,
        currency,
        max_by(direction, crossed_at) as last_direction,
        max_by(used_amount, crossed_at) as used_amount,
        max_by(credit_limit, crossed_at) as credit_limit,
        max(crossed_at) as crossed_at
    from lake.aggregates.credit_limit_events
    group by account_id, currency

)

select
    crossings.account_id,
    balances.name,
    crossings.currency,
    crossings.credit_limit,
    crossings.used_amount,
    balances.balance_amount,
    crossings.crossed_at,
    crossings.used_amount - crossings.credit_limit as above_limit_amount
from crossings
inner join lake.aggregates.account_balances as balances
    on crossings.account_id = balances.account_id
where crossings.last_direction = 'over'
order by above_limit_amount desc, crossings.account_id asc
