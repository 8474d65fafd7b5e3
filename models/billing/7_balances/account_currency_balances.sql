-- Charges of an open cycle whose currency is not the account's stand in the currency that
-- they were charged in.
with

-- the currency of a cycle is that of the account's record in force when it begins
open_cycles as (

    select
        cycles.account_id,
        cycles.cycle_start,
        cycles.currency,
        max(cycles.charge_amount) as charge_amount,
        coalesce(
            max(if(
                cast(cycles.cycle_start as timestamp) >= periods.valid_from
                and cast(cycles.cycle_start as timestamp) < periods.valid_to,
                periods.currency,
                null
            )),
            min_by(periods.currency, periods.valid_from)
        ) as cycle_currency
    from {{ ref('account_cycles') }} as cycles
    left anti join {{ ref('statements') }} as statements
        on
            cycles.account_id = statements.account_id
            and cycles.cycle_start = statements.cycle_start
    inner join {{ ref('account_periods') }} as periods
        on cycles.account_id = periods.account_id
    group by cycles.account_id, cycles.cycle_start, cycles.currency

),

others as (

    select
        account_id,
        currency,
        cycle_currency as balance_currency,
        cast(0 as decimal(38, 10)) as billed_amount,
        charge_amount as unbilled_amount,
        cast(0 as decimal(38, 10)) as paid_amount
    from open_cycles
    union all
    select
        account_id,
        currency,
        currency as balance_currency,
        billed_amount,
        cast(0 as decimal(38, 10)) as unbilled_amount,
        paid_amount
    from {{ ref('account_totals') }}

),

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
        others.account_id,
        others.currency,
        others.billed_amount,
        others.unbilled_amount,
        others.paid_amount
    from others
    left anti join {{ ref('account_balances') }} as balances
        on
            others.account_id = balances.account_id
            and others.balance_currency = balances.currency

),

summed as (

    select
        account_id,
        currency,
        -- bounded: sums below 10^28 of at most 10^4 cycles
        cast(sum(billed_amount) as decimal(38, 10)) as billed_amount,
        -- bounded: sums below 10^28 of at most 10^4 cycles
        cast(sum(unbilled_amount) as decimal(38, 10)) as unbilled_amount,
        -- bounded: sums below 10^28 of at most 10^4 cycles
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
