with

postings as (

    select
        'statement' as source,
        transaction_id,
        source_id,
        account_id,
        ledger_account,
        currency,
        amount,
        effective_at
    from {{ ref('statement_postings') }}
    union all
    select
        'payment' as source,
        transaction_id,
        source_id,
        account_id,
        ledger_account,
        currency,
        amount,
        effective_at
    from {{ ref('payment_postings') }}

)

select
    transaction_id,
    account_id,
    ledger_account,
    currency,
    source,
    source_id,
    amount,
    effective_at,
    concat(transaction_id, '/', ledger_account, '/', currency) as entry_id,
    {{ known_at() }} as posted_at,
    cast({{ run_id() }} as bigint) as run_id
from postings
where amount != 0
