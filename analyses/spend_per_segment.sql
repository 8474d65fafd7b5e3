-- What do customers on each plan spend in a month, and how is that spread over them?
-- role: analyst
with

months as (

    select
        plan_id,
        currency,
        account_id,
        date_trunc('month', usage_date) as usage_month,
        sum(charge_amount) as charge_amount,
        count(*) as event_count
    from lake.rated.usage_charges
    group by plan_id, currency, account_id, date_trunc('month', usage_date)

)

select
    usage_month,
    plan_id,
    currency,
    cast(avg(charge_amount) as decimal(18, 4)) as average_amount,
    count(*) as account_count,
    sum(event_count) as event_count,
    sum(charge_amount) as charge_amount,
    approx_percentile(cast(charge_amount as double), 0.5) as median_amount,
    approx_percentile(cast(charge_amount as double), 0.95) as p95_amount
from months
group by usage_month, plan_id, currency
order by usage_month asc, charge_amount desc
