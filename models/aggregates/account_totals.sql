-- depends_on: {{ ref('sums_before') }}
with

postings as (

    select
        account_id,
        currency,
        cast(change_sign * charge_amount as decimal(28, 10)) as unbilled_amount,
        cast(0 as decimal(28, 10)) as paid_amount
    from {{ ref('outcome_changes') }}
    where disposition = 'rated'
    union all
    select
        account_id,
        currency,
        cast(0 as decimal(28, 10)) as unbilled_amount,
        cast(paid_amount as decimal(28, 10)) as paid_amount
    from {{ ref('stg_payments') }}
    where run_id > {{ last_run_id() }}

)

select
    account_id,
    currency,
    -- bounded: below 10^17 each, and this has 38 digits
    cast(sum(unbilled_amount) as decimal(38, 10)) as unbilled_amount,
    -- bounded: below 10^18 each, and this has 38 digits
    cast(sum(paid_amount) as decimal(38, 10)) as paid_amount,
    cast({{ run_id() }} as bigint) as run_id
from postings
group by account_id, currency
