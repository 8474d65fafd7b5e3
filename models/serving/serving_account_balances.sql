{{ config(alias='account_balances') }}

select
    account_id,
    parent_account_id,
    name,
    currency,
    time_zone,
    billed_amount,
    unbilled_amount,
    paid_amount,
    balance_amount,
    credit_limit,
    as_of,
    run_id,
    false as is_deleted
from {{ ref('account_balances') }}
