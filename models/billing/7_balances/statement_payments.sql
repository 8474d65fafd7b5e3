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
        statements.*,
        -- bounded: totals below 10^18 each, and this has 38 digits
        cast(coalesce(sum(due_amount) over earlier, cast(0 as decimal(24, 6))) as decimal(34, 6))
            as due_before,
        -- bounded: totals below 10^18 each, and this has 38 digits
        cast(
            sum(due_amount - total_amount) over (
                partition by account_id, currency
            ) as decimal(34, 6)
        ) as given_back
    from statements
    window earlier as (
        partition by account_id, currency
        order by cycle_end_at, cycle_start
        rows between unbounded preceding and 1 preceding
    )

),

settled as (

    select
        statements.*,
        -- bounded: sums below 10^28
        cast(
            greatest(
                cast(0 as decimal(38, 6)),
                least(
                    cast(statements.due_amount as decimal(38, 6)),
                    cast(
                        cast(coalesce(totals.paid_amount, cast(0 as decimal(38, 10))) as decimal(38, 6))
                        + statements.given_back - statements.due_before as decimal(38, 6)
                    )
                )
            ) as decimal(24, 6)
        ) as settled_due
    from with_sums as statements
    left join {{ ref('account_totals') }} as totals
        on
            statements.account_id = totals.account_id
            and statements.currency = totals.currency

)

select
    statement_id,
    account_id,
    currency,
    total_amount,
    if(total_amount < 0, total_amount, settled_due) as settled_amount,
    -- bounded: less than the total
    cast(due_amount - settled_due as decimal(24, 6)) as open_amount,
    cycle_start,
    cycle_end,
    cycle_end_at,
    {{ known_at() }} as as_of,
    cast({{ run_id() }} as bigint) as run_id
from settled
