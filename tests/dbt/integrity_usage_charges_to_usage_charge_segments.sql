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
        billable_units,
        size(segments) = 0 as is_fee_alone,
        aggregate(
            segments,
            cast(0 as decimal(38, 10)),
            (sum, segment) -> cast(sum + segment.amount as decimal(38, 10))
        ) as segment_amount,
        aggregate(
            segments,
            cast(0 as decimal(38, 6)),
            (sum, segment) -> cast(sum + segment.units as decimal(38, 6))
        ) as segment_units,
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
    batch.segment_units != batch.billable_units
    or (
        not coalesce(limits.has_limit, false)
        and batch.connection_fee + batch.segment_amount != batch.charge_amount
        and not (
            batch.is_fee_alone
            and abs(batch.connection_fee - batch.charge_amount) < 1
        )
    )
