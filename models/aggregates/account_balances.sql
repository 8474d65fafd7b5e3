with

changed as (

    select * from {{ ref('changed_balances') }}

),

-- the account as it is at the run's knowledge time; one that begins later as it begins
ranked_accounts as (

    select
        periods.*,
        row_number() over (
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

balances as (

    select
        changed.account_id,
        accounts.parent_account_id,
        accounts.name,
        accounts.time_zone,
        cast(0 as decimal(38, 10)) as billed_amount,
        accounts.credit_limit,
        coalesce(accounts.currency, totals.currency) as currency,
        coalesce(totals.unbilled_amount, 0) as unbilled_amount,
        coalesce(totals.paid_amount, 0) as paid_amount
    from changed
    left join accounts on changed.account_id = accounts.account_id
    left join {{ ref('account_totals') }} as totals
        on
            changed.account_id = totals.account_id
            and coalesce(accounts.currency, totals.currency) = totals.currency
    where accounts.account_id is not null or totals.account_id is not null

)

select
    account_id,
    parent_account_id,
    name,
    currency,
    time_zone,
    billed_amount,
    cast(unbilled_amount as decimal(38, 10)) as unbilled_amount,
    cast(paid_amount as decimal(38, 10)) as paid_amount,
    -- bounded: sums of amounts below 10^18, with 28 digits before the dot
    cast(billed_amount - paid_amount as decimal(38, 10)) as balance_amount,
    credit_limit,
    {{ known_at() }} as as_of,
    cast({{ run_id() }} as bigint) as run_id
from balances
