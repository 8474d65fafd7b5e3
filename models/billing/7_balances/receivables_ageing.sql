-- What is open on statements by how long ago their cycle ended, at the knowledge time of
-- the last run.
with

last_runs as (

    select max(as_of) as as_of
    from {{ source('operations', 'runs') }}
    where status = 'completed'

),

aged as (

    select
        payments.account_id,
        payments.currency,
        payments.open_amount,
        (
            unix_seconds(last_runs.as_of) - unix_seconds(payments.cycle_end_at)
        ) div 86400 as age_days
    from {{ ref('statement_payments') }} as payments
    cross join last_runs
    where payments.open_amount > 0

),

summed as (

    select
        account_id,
        currency,
        {% for name, first, last in [
            ('current_amount', -1000000, 29), ('days_30_amount', 30, 59), ('days_60_amount', 60, 89),
            ('days_90_amount', 90, 1000000),
        ] -%}
        -- bounded: totals below 10^18 each, and this has 38 digits
        cast(
            sum(
                if(
                    age_days between {{ first }} and {{ last }},
                    open_amount,
                    cast(0 as decimal(24, 6))
                )
            ) as decimal(38, 10)
        ) as {{ name }},
        {% endfor -%}
        -- bounded: totals below 10^18 each, and this has 38 digits
        cast(sum(open_amount) as decimal(38, 10)) as open_amount
    from aged
    group by account_id, currency

)

select
    totals.account_id,
    totals.currency,
    {% for name in [
        'current_amount', 'days_30_amount', 'days_60_amount', 'days_90_amount', 'open_amount',
    ] -%}
    coalesce(summed.{{ name }}, cast(0 as decimal(38, 10))) as {{ name }},
    {% endfor -%}
    -- bounded: sums below 10^28
    cast(
        totals.billed_amount - totals.paid_amount
        - coalesce(summed.open_amount, cast(0 as decimal(38, 10))) as decimal(38, 10)
    ) as unallocated_amount,
    -- bounded: sums below 10^28
    cast(totals.billed_amount - totals.paid_amount as decimal(38, 10)) as balance_amount,
    last_runs.as_of
from {{ ref('account_totals') }} as totals
cross join last_runs
left join summed
    on
        totals.account_id = summed.account_id
        and totals.currency = summed.currency
