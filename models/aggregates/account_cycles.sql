-- depends_on: {{ ref('sums_before') }}
select
    account_id,
    currency,
    -- bounded: counts
    sum(cast(change_sign as bigint)) as event_count,
    -- bounded: below 10^17 each, and this has 38 digits
    cast(sum(change_sign * charge_amount) as decimal(38, 10)) as charge_amount,
    -- bounded: below 10^17 each, and this has 38 digits
    cast(
        sum(
            change_sign * greatest(charge_amount, cast(0 as decimal(28, 10)))
        ) as decimal(38, 10)
    ) as debit_amount,
    cycle_start,
    cast({{ run_id() }} as bigint) as run_id
from {{ ref('outcome_changes') }}
where disposition = 'rated'
group by account_id, currency, cycle_start
