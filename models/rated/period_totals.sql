{{
    config(
        materialized='summed_rows',
        sum_keys=['subscription_id', 'tariff_id', 'cycle_start'],
        sums=['event_count', 'units'],
        row_count='event_count',
        statistics_on=['cycle_start'],
    )
}}

with

counted as (

    select
        subscription_id,
        cycle_start,
        change_sign,
        explode(period_units) as counted
    from {{ changes_or_all(ref('running_usages')) }}

)

select
    subscription_id,
    counted.tariff_id,
    cycle_start,
    sum(cast(change_sign as bigint)) as event_count,
    cast(
        sum(if(change_sign > 0, counted.units, -counted.units)) as decimal(38, 6)
    ) as units
from counted
group by subscription_id, counted.tariff_id, cycle_start
