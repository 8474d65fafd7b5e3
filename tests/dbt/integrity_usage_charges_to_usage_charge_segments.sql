{{ config(tags=['invariant']) }}

-- A row: an event of the last run whose segments do not add up to its charge and units,
-- though neither a minimum nor a maximum explains it. A fee alone, when all units are
-- free, is rounded with no segment to show it: by less than one.
with

batch as (

    select
        event_id,
        charge_amount,
        connection_fee,
        bundle_units,
        billable_units,
        size(filter(segments, segment -> segment.bundle_id is null)) = 0
            as is_fee_alone,
        {{ sum_of_segments('amount', 'true') }} as segment_amount,
        {{ sum_of_segments('billed_units', 'segment.bundle_id is not null') }}
            as taken_units,
        {{ sum_of_segments('units', 'segment.bundle_id is null') }} as step_units,
        tariff_id
    from {{ ref('rating_batch') }}
    where disposition = 'rated'

),

limits as (

    select
        card.tariff_id,
        max(card.min_charge is not null or card.max_charge is not null) as has_limit
    from {{ ref('tariff_cards') }}
    group by card.tariff_id

)

select /*+ broadcast(limits) */ batch.*
from batch
left join limits on batch.tariff_id = limits.tariff_id
where
    batch.step_units != batch.billable_units
    or batch.taken_units != batch.bundle_units
    or (
        not coalesce(limits.has_limit, false)
        and batch.connection_fee + batch.segment_amount != batch.charge_amount
        and not (
            batch.is_fee_alone
            and abs(batch.connection_fee - batch.charge_amount) < 1
        )
    )
