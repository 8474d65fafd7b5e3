-- Rule 9: the parts of the long events that have a tariff and units left, with where each
-- begins on its tariff's steps and the total that `volume` goes by.
select
    parts.record_id,
    parts.low,
    parts.band,
    parts.tariff_id,
    parts.is_volume,
    parts.beyond_last_step,
    parts.is_in_one_band,
    parts.units,
    period.record_id is not null as is_by_cycle,
    coalesce(period.units_before, 0L) as units_before,
    -- bounded: 4 * 10^18 and the units of one event
    if(
        parts.is_period,
        coalesce(period.units_before, 0L) + parts.tariff_starts_at,
        parts.starts_at
    ) as starts_at,
    if(
        parts.is_period,
        coalesce(period.cycle_units, parts.tariff_units),
        parts.event_units
    ) as volume_units
from {{ ref('left_parts') }} as parts
left join {{ ref('period_units') }} as period
    on parts.record_id = period.record_id and parts.tariff_id = period.tariff_id
where parts.units > 0 and parts.terms_no is not null
