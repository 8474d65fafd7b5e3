-- The parts of each event: one for each band that it is priced in, mostly one whole.
select
    usages.record_id,
    usages.event_id,
    usages.event_hash,
    usages.account_id,
    usages.subscription_id,
    usages.plan_id,
    usages.tariff_service as service,
    usages.direction,
    usages.roaming_zone,
    usages.destination_zone,
    usages.band,
    usages.terms_no,
    usages.time_zone,
    usages.minor_digits,
    usages.is_ambiguous,
    usages.is_in_one_band,
    usages.total,
    coalesce(parts.low, 0L) as low,
    coalesce(parts.high, usages.total) as high,
    usages.quantity < 0 as is_refund,
    usages.is_in_range
    and usages.total > 0
    and usages.roaming_zone is not null
    and usages.currency = usages.account_currency
    and usages.terms_no is not null
    and not usages.is_ambiguous as can_be_priced,
    usages.started_at,
    usages.event_date,
    usages.cycle_start
from {{ ref('banded_usages') }} as usages
left join {{ ref('band_parts') }} as parts
    on
        usages.record_id = parts.record_id
        and usages.low = parts.band_low
        and not usages.is_in_one_band
where usages.is_in_one_band or parts.record_id is not null
