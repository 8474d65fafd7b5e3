with

postings as (

    select
        'statement' as source,
        statements.*
    from {{ ref('statement_postings') }} as statements
    union all
    select
        'payment' as source,
        payments.*
    from {{ ref('payment_postings') }} as payments

)

select
    concat(transaction_id, '/', ledger_account, '/', currency) as entry_id,
    transaction_id,
    account_id,
    ledger_account,
    currency,
    source,
    source_id,
    amount,
    effective_at,
    {{ known_at() }} as posted_at,
    cast({{ run_id() }} as bigint) as run_id
from postings
where amount != 0
