{{ config(alias='account_balances') }}

select
    *,
    false as is_deleted
from {{ ref('account_balances') }}
