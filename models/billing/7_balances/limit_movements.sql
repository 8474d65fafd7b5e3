-- What counted towards the credit limit of each account before it changed, and what may
-- have raised that since: a bound, which tells the accounts that cannot have crossed.
with

cycles as (

    select
        cycles.account_id,
        cycles.charge_amount,
        cycles.debit_amount,
        cast(cycles.total_amount as decimal(38, 10)) as total_amount,
        {{ local_midnight('cycles.cycle_start', 'limited.time_zone') }}
        < limited.changed_from as is_begun_before,
        coalesce(cycles.cycle_end_at < limited.changed_from, false) as is_billed_before
    from {{ ref('changed_cycles') }} as cycles
    inner join {{ ref('limited_accounts') }} as limited
        on cycles.account_id = limited.account_id

),

movements as (

    select
        account_id,
        case
            when is_billed_before then total_amount
            when is_begun_before then charge_amount
            else cast(0 as decimal(38, 10))
        end as used_before,
        -- bounded: sums below 10^28
        cast(
            if(
                is_begun_before, cast(0 as decimal(38, 10)), debit_amount
            ) + if(
                is_billed_before or total_amount is null or total_amount < charge_amount,
                cast(0 as decimal(38, 10)),
                cast(total_amount - charge_amount as decimal(38, 10))
            ) as decimal(38, 10)
        ) as raised_since
    from cycles
    union all
    select
        limited.account_id,
        {{ negated('totals.paid_amount', 'decimal(38, 10)') }}
            as used_before,
        cast(0 as decimal(38, 10)) as raised_since
    from {{ ref('limited_accounts') }} as limited
    inner join {{ ref('account_totals') }} as totals
        on limited.account_id = totals.account_id
    where limited.is_regular
    union all
    select
        limited.account_id,
        if(
            limited.is_regular,
            cast(payments.paid_amount as decimal(38, 10)),
            cast(0 as decimal(38, 10))
        ) as used_before,
        if(
            payments.paid_amount < 0,
            cast(payments.posted_amount as decimal(38, 10)),
            cast(0 as decimal(38, 10))
        ) as raised_since
    from {{ ref('limited_accounts') }} as limited
    inner join {{ ref('payments') }} as payments
        on
            limited.account_id = payments.account_id
            and limited.changed_from <= payments.received_at
    where
        payments.status = 'posted'
        and {{ is_since_first(
            'payments.received_at', ref('limited_accounts'), 'changed_from'
        ) }}

)

select
    account_id,
    -- bounded: sums below 10^28 of at most 10^5 rows
    cast(sum(used_before) as decimal(38, 10)) as used_before,
    -- bounded: sums below 10^28 of at most 10^5 rows
    cast(sum(raised_since) as decimal(38, 10)) as raised_since
from movements
group by account_id
