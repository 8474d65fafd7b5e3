-- depends_on: {{ ref('sums_before') }}
with

postings as (

    select
        account_id,
        currency,
        amount as billed_amount,
        cast(0 as decimal(24, 6)) as paid_amount,
        0L as payment_count
    from {{ ref('ledger_entries') }}
    where
        run_id = {{ run_id() }}
        and source = 'statement'
        and ledger_account = 'receivable'
    union all
    select
        account_id,
        account_currency as currency,
        cast(0 as decimal(24, 6)) as billed_amount,
        paid_amount,
        if(kind = 'payment', 1L, 0L) as payment_count
    from {{ ref('payments') }}
    where run_id = {{ run_id() }} and status = 'posted'

)

select
    account_id,
    currency,
    -- bounded: below 10^18 each, and this has 38 digits
    cast(sum(billed_amount) as decimal(38, 10)) as billed_amount,
    -- bounded: below 10^18 each, and this has 38 digits
    cast(sum(paid_amount) as decimal(38, 10)) as paid_amount,
    -- bounded: counts
    sum(payment_count) as payment_count,
    cast({{ run_id() }} as bigint) as run_id
from postings
group by account_id, currency
