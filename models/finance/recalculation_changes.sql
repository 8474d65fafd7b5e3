-- What versions after the first changed, the most first.
with

changes as (

    select
        account_id,
        cycle_start,
        from_version,
        to_version,
        cause,
        currency,
        closed_at,
        count(*) as line_count,
        -- bounded: amounts below 10^17 each, and this has 38 digits
        cast(sum(delta_net_amount) as decimal(38, 6)) as net_amount,
        -- bounded: amounts below 10^17 each, and this has 38 digits
        cast(sum(delta_amount) as decimal(38, 6)) as total_amount
    from (
        select
            *,
            cast(new_net_amount - old_net_amount as decimal(24, 6)) as delta_net_amount
        from {{ ref('statement_deltas') }}
    ) as deltas
    group by
        account_id, cycle_start, from_version, to_version, cause, currency, closed_at

)

select
    account_id,
    cycle_start,
    from_version,
    to_version,
    cause,
    currency,
    line_count,
    net_amount,
    total_amount,
    row_number() over (
        partition by currency
        order by abs(total_amount) desc, account_id, cycle_start, to_version, cause
    ) as change_rank,
    closed_at
from changes
