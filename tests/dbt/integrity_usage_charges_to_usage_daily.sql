{{ config(tags=['invariant']) }}

-- A row: a currency in which what was charged since the last run is not what
-- usage_daily grew by. (A product with the sign would have fewer decimals.)
with

charged as (

    select
        currency,
        sum(if(change_sign > 0, charge_amount, -charge_amount)) as amount
    from {{ change_feed(ref('usage_charges')) }}
    group by currency

),

summed as (

    select
        currency,
        sum(if(change_sign > 0, charge_amount, -charge_amount)) as amount
    from {{ change_feed(ref('usage_daily')) }}
    group by currency

)

select
    coalesce(charged.currency, summed.currency) as currency,
    charged.amount as charged_amount,
    summed.amount as summed_amount
from charged
full outer join summed on charged.currency = summed.currency
where coalesce(charged.amount, 0) != coalesce(summed.amount, 0)
