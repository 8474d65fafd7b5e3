with

changed as (

    select * from {{ ref('changed_balances') }}

),

-- the account as it is at the run's knowledge time; one that begins later as it begins
ranked_accounts as (

    select
        periods.*,
        {{ row_no() }} over (
            partition by periods.account_id
            order by
                if(periods.valid_from <= {{ known_at() }}, 0, 1),
                if(periods.valid_from <= {{ known_at() }}, periods.valid_from, null) desc,
                periods.valid_from
        ) as place
    from {{ ref('account_periods') }} as periods
    left semi join changed on periods.account_id = changed.account_id

),

accounts as (

    select * from ranked_accounts
    where place = 1

),

unbilled as (

    select
        account_id,
        currency,
        -- bounded: sums below 10^28 of at most 10^4 cycles
        cast(sum(charge_amount) as decimal(38, 10)) as unbilled_amount
    from {{ ref('changed_cycles') }}
    where statement_id is null
    group by account_id, currency

),

balances as (

    select
        accounts.account_id,
        accounts.parent_account_id,
        accounts.name,
        accounts.currency,
        accounts.time_zone,
        accounts.credit_limit,
        coalesce(totals.billed_amount, cast(0 as decimal(38, 10))) as billed_amount,
        coalesce(unbilled.unbilled_amount, cast(0 as decimal(38, 10)))
            as unbilled_amount,
        coalesce(totals.paid_amount, cast(0 as decimal(38, 10))) as paid_amount
    from accounts
    left join {{ ref('account_totals') }} as totals
        on
            accounts.account_id = totals.account_id
            and accounts.currency = totals.currency
    left join unbilled
        on
            accounts.account_id = unbilled.account_id
            and accounts.currency = unbilled.currency

)

select
    account_id,
    parent_account_id,
    name,
    currency,
    time_zone,
    billed_amount,
    unbilled_amount,
    paid_amount,
    -- bounded: sums of amounts below 10^18, with 28 digits before the dot
    cast(billed_amount - paid_amount as decimal(38, 10)) as balance_amount,
    credit_limit,
    {{ known_at() }} as as_of,
    cast({{ run_id() }} as bigint) as run_id
from balances
