-- The accounts that may have crossed their credit limit since they changed, or did before,
-- with what they used of it until then.
with

limits as (

    select
        limited.account_id,
        min(periods.credit_limit) as least_limit,
        max(if(
            periods.valid_from < limited.changed_from
            and periods.valid_to >= limited.changed_from,
            periods.credit_limit,
            null
        )) as limit_before
    from {{ ref('limited_accounts') }} as limited
    inner join {{ ref('account_periods') }} as periods
        on
            limited.account_id = periods.account_id
            and limited.changed_from <= periods.valid_to
    group by limited.account_id

),

crossings as (

    select distinct events.account_id
    from {{ source('aggregates_before', 'credit_limit_events') }} as events
    inner join {{ ref('limited_accounts') }} as limited
        on
            events.account_id = limited.account_id
            and events.crossed_at >= limited.changed_from

)

select
    limited.account_id,
    limited.changed_from,
    coalesce(movements.used_before, cast(0 as decimal(38, 10))) as used_before,
    coalesce(movements.used_before > limits.limit_before, false) as is_over
from {{ ref('limited_accounts') }} as limited
inner join limits on limited.account_id = limits.account_id
left join {{ ref('limit_movements') }} as movements
    on limited.account_id = movements.account_id
left join crossings on limited.account_id = crossings.account_id
where
    crossings.account_id is not null
    -- bounded: two sums below 10^33
    or movements.used_before + movements.raised_since > limits.least_limit
