{{
    config(
        materialized='replaced_rows',
        replace_keys=['account_id'],
        replaced_by='aggregates.changed_balances',
        statistics_on=['as_of'],
    )
}}

with

changed as (

    select * from {{ ref('changed_balances') }}

),

-- the account as it is at the run's knowledge time; one that begins later as it begins
accounts as (

    select periods.*
    from {{ ref('account_periods') }} as periods
    left semi join changed on periods.account_id = changed.account_id
    qualify row_number() over (
        partition by periods.account_id
        order by
            periods.valid_from <= {{ knowledge_time() }} desc,
            if(
                periods.valid_from <= {{ knowledge_time() }}, periods.valid_from, null
            ) desc,
            periods.valid_from
    ) = 1

),

totals as (

    select totals.*
    from {{ ref('account_totals') }} as totals
    left semi join changed on totals.account_id = changed.account_id

),

balances as (

    select
        changed.account_id,
        accounts.parent_account_id,
        accounts.name,
        coalesce(accounts.currency, totals.currency) as currency,
        accounts.time_zone,
        cast(0 as decimal(38, 10)) as billed_amount,
        coalesce(totals.unbilled_amount, 0) as unbilled_amount,
        coalesce(totals.paid_amount, 0) as paid_amount,
        accounts.credit_limit,
        {{ knowledge_time() }} as as_of
    from changed
    left join accounts on changed.account_id = accounts.account_id
    left join totals
        on
            changed.account_id = totals.account_id
            and (accounts.currency is null or accounts.currency = totals.currency)
    where accounts.account_id is not null or totals.account_id is not null

),

final as (

    select
        account_id,
        parent_account_id,
        name,
        currency,
        time_zone,
        billed_amount,
        unbilled_amount,
        paid_amount,
        cast(billed_amount + unbilled_amount - paid_amount as decimal(38, 10))
            as balance_amount,
        credit_limit,
        as_of
    from balances

)

select * from final
