-- What versions after the first changed, the most first.
with

deltas as (

    select
        *,
        -- bounded: two amounts below 10^18
        cast(new_net_amount - old_net_amount as decimal(24, 6)) as delta_net_amount
    from {{ ref('statement_deltas') }}

),

changes as (

    select
        account_id,
        from_version,
        to_version,
        cause,
        currency,
        cycle_start,
        closed_at,
        -- bounded: amounts below 10^17 each, and this has 38 digits
        cast(sum(delta_net_amount) as decimal(38, 6)) as net_amount,
        -- bounded: amounts below 10^17 each, and this has 38 digits
        cast(sum(delta_amount) as decimal(38, 6)) as total_amount,
        count(*) as line_count
    from deltas
    group by
        account_id, from_version, to_version, cause, currency, cycle_start, closed_at

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
    closed_at,
    row_number() over (
        partition by currency
        order by
            abs(total_amount) desc,
            account_id asc,
            cycle_start asc,
            to_version asc,
            cause asc
    ) as change_rank
from changes
