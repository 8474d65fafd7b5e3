{{ config(tags=['invariant']) }}

-- A row: since the last run the records that became `rated` and the charges that came
-- are not the same ones, in number or in units (without those of merged records).
with

rated as (

    select
        coalesce(sum(change_sign), 0) as record_count,
        coalesce(sum(change_sign * quantity), 0) as quantity
    from {{ change_feed(ref('usage_dispositions')) }}
    where disposition = 'rated'

),

charged as (

    select
        coalesce(sum(change_sign), 0) as record_count,
        coalesce(sum(change_sign * (quantity - merged_quantity)), 0) as quantity
    from {{ change_feed(ref('usage_charges')) }}

)

select
    rated.record_count as rated_count,
    charged.record_count as charged_count,
    rated.quantity as rated_quantity,
    charged.quantity as charged_quantity
from rated
cross join charged
where
    rated.record_count != charged.record_count
    or rated.quantity != charged.quantity
