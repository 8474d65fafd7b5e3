with

parts as (

    select
        account_id,
        currency,
        billed_amount,
        unbilled_amount,
        paid_amount
    from {{ ref('account_balances') }}
    union all
    select
        account_id,
        currency,
        cast(0 as decimal(38, 10)) as billed_amount,
        unbilled_amount,
        cast(0 as decimal(38, 10)) as paid_amount
    from {{ ref('unbilled_in_other_currencies') }}
    union all
    select
        totals.account_id,
        totals.currency,
        totals.billed_amount,
        cast(0 as decimal(38, 10)) as unbilled_amount,
        totals.paid_amount
    from {{ ref('account_totals') }} as totals
    left anti join {{ ref('account_balances') }} as balances
        on
            totals.account_id = balances.account_id
            and totals.currency = balances.currency

),

summed as (

    select
        account_id,
        currency,
        -- bounded: sums below 10^28 of at most two
        cast(sum(billed_amount) as decimal(38, 10)) as billed_amount,
        -- bounded: sums below 10^28 of at most two
        cast(sum(unbilled_amount) as decimal(38, 10)) as unbilled_amount,
        -- bounded: sums below 10^28 of at most two
        cast(sum(paid_amount) as decimal(38, 10)) as paid_amount
    from parts
    group by account_id, currency

)

select
    account_id,
    currency,
    billed_amount,
    unbilled_amount,
    paid_amount,
    -- bounded: two sums below 10^33
    cast(billed_amount - paid_amount as decimal(38, 10)) as balance_amount
from summed
