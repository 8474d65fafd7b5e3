-- Rule 19: where what an account uses of its credit limit, step by step, goes above the
-- limit in force or comes back to it.
with

with_use as (

    select
        steps.*,
        limits.is_over as is_over_at_first,
        -- bounded: sums below 10^28
        cast(
            limits.used_before + sum(steps.amount) over (
                partition by steps.account_id, steps.currency
                order by steps.happened_at, steps.event_id, steps.event_kind
                rows between unbounded preceding and current row
            ) as decimal(38, 10)
        ) as used_amount
    from {{ ref('limit_steps') }} as steps
    inner join {{ ref('changed_limits') }} as limits
        on steps.account_id = limits.account_id

),

with_limit as (

    select
        with_use.*,
        periods.credit_limit,
        coalesce(with_use.used_amount > periods.credit_limit, false) as is_over
    from with_use
    left join {{ ref('account_periods') }} as periods
        on
            with_use.account_id = periods.account_id
            and with_use.currency = periods.currency
            and with_use.happened_at >= periods.valid_from
            and with_use.happened_at < periods.valid_to

),

with_before as (

    select
        *,
        coalesce(
            lag(is_over) over (
                partition by account_id, currency
                order by happened_at, event_id, event_kind
            ),
            is_over_at_first
        ) as was_over
    from with_limit

)

select
    account_id,
    event_id,
    event_kind,
    if(is_over, 'over', 'under') as direction,
    currency,
    credit_limit,
    used_amount,
    happened_at as crossed_at,
    cast({{ run_id() }} as bigint) as run_id
from with_before
where is_over != was_over
