-- The accounts with a credit limit whose balance may have changed, and from which cycle's
-- begin on. An account whose clock, bill day or currency changes begins anew.
with

accounts as (

    select
        periods.account_id,
        min(periods.currency) as currency,
        min(periods.time_zone) as time_zone,
        min(periods.bill_day) as bill_day,
        {{ last_run_id() }} > 0
        and min(periods.currency) = max(periods.currency)
        and min(periods.time_zone) = max(periods.time_zone)
        and min(periods.bill_day) = max(periods.bill_day) as is_regular
    from {{ ref('account_periods') }} as periods
    left semi join {{ ref('changed_balances') }} as changed
        on periods.account_id = changed.account_id
    group by periods.account_id
    having max(periods.credit_limit) is not null

),

changes as (

    select
        account_id,
        min(if(has_new_charges, cycle_start, null)) as first_cycle,
        min(if(has_new_statement, cycle_end, null)) as first_end,
        cast(null as timestamp) as changed_from
    from {{ ref('changed_cycles') }}
    where has_new_charges or has_new_statement
    group by account_id
    union all
    select
        account_id,
        cast(null as date) as first_cycle,
        cast(null as date) as first_end,
        min(received_at) as changed_from
    from {{ ref('decided_payments') }}
    where reason is null
    group by account_id
    union all
    select
        account_id,
        cast(null as date) as first_cycle,
        cast(null as date) as first_end,
        changed_from
    from {{ ref('changed_accounts') }}

),

first_days as (

    select
        accounts.account_id,
        accounts.time_zone,
        accounts.is_regular,
        min(least(
            changes.first_cycle,
            changes.first_end,
            {{ local_date('changes.changed_from', 'accounts.time_zone') }}
        )) as first_day,
        min(accounts.bill_day) as bill_day
    from accounts
    inner join changes on accounts.account_id = changes.account_id
    group by accounts.account_id, accounts.time_zone, accounts.is_regular

)

select
    account_id,
    is_regular,
    time_zone,
    if(
        is_regular,
        {{ local_midnight(cycle_start('first_day', 'bill_day'), 'time_zone') }},
        timestamp '0001-01-01 00:00:00'
    ) as changed_from
from first_days
