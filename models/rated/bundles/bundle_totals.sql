{{
    config(
        materialized='summed_rows',
        sum_keys=['instance_id'],
        sums=['use_count', 'units'],
        row_count='use_count',
        statistics_on=['use_count'],
    )
}}

with

used as (

    select
        change_sign,
        explode(bundle_uses) as used
    from {{ changes_or_all(ref('running_usages')) }}

)

select
    used.instance_id,
    sum(cast(change_sign as bigint)) as use_count,
    cast(
        sum(if(change_sign > 0, used.units, -used.units)) as decimal(38, 6)
    ) as units
from used
group by used.instance_id
