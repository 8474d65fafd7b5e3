-- Rule 19: what was paid settles statements oldest first; what a statement gives back is
-- paid with like a payment.
with

statements as (

    select
        *,
        greatest(total_amount, cast(0 as decimal(24, 6))) as due_amount
    from {{ ref('changed_cycles') }}
    where statement_id is not null

),

with_sums as (

    select
        *,
        -- bounded: totals below 10^18 each, and this has 38 digits
        cast(
            coalesce(
                sum(due_amount) over (
                    partition by account_id, currency
                    order by cycle_end_at, cycle_start
                    rows between unbounded preceding and 1 preceding
                ),
                cast(0 as decimal(24, 6))
            ) as decimal(34, 6)
        ) as due_before,
        -- bounded: totals below 10^18 each, and this has 38 digits
        cast(
            sum(due_amount - total_amount) over (
                partition by account_id, currency
            ) as decimal(34, 6)
        ) as given_back
    from statements

),

with_paid as (

    select
        statements.*,
        cast(
            coalesce(totals.paid_amount, cast(0 as decimal(38, 10))) as decimal(34, 6)
        ) as paid_amount
    from with_sums as statements
    left join {{ ref('account_totals') }} as totals
        on
            statements.account_id = totals.account_id
            and statements.currency = totals.currency

),

settled as (

    select
        *,
        -- bounded: sums below 10^28
        cast(
            greatest(
                cast(0 as decimal(34, 6)),
                least(
                    cast(due_amount as decimal(34, 6)),
                    cast(paid_amount + given_back - due_before as decimal(34, 6))
                )
            ) as decimal(24, 6)
        ) as settled_due
    from with_paid

)

select
    statement_id,
    account_id,
    currency,
    total_amount,
    cycle_start,
    cycle_end,
    cycle_end_at,
    if(total_amount < 0, total_amount, settled_due) as settled_amount,
    -- bounded: less than the total
    cast(due_amount - settled_due as decimal(24, 6)) as open_amount,
    {{ known_at() }} as as_of,
    cast({{ run_id() }} as bigint) as run_id
from settled
