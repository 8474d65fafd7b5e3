{{
    config(
        alias='account_balances',
        materialized='replaced_rows',
        replace_keys=['account_id'],
        replaced_by='aggregates.changed_balances',
        statistics_on=['as_of'],
    )
}}

select
    balances.account_id,
    balances.parent_account_id,
    balances.name,
    balances.currency,
    balances.time_zone,
    cast(balances.billed_amount as decimal(38, 10)) as billed_amount,
    balances.unbilled_amount,
    balances.paid_amount,
    balances.balance_amount,
    balances.credit_limit,
    balances.as_of
from {{ ref('account_balances') }} as balances
left semi join {{ ref('changed_balances') }} as changed
    on balances.account_id = changed.account_id
