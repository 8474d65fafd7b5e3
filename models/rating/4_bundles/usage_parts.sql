-- The parts of each event: one for each band that it is priced in, mostly one whole. An
-- event can be priced if all of its parts can.
with

cut_usages as (

    select
        record_id,
        bool_and(terms_no is not null and not is_ambiguous) as has_tariffs
    from {{ ref('band_parts') }}
    group by record_id

)

select
    usages.record_id,
    usages.event_id,
    usages.account_id,
    usages.subscription_id,
    usages.plan_id,
    usages.tariff_service as service,
    usages.direction,
    usages.roaming_zone,
    usages.destination_zone,
    usages.time_zone,
    usages.minor_digits,
    usages.is_in_one_band,
    usages.total,
    usages.started_at,
    usages.event_date,
    usages.cycle_start,
    coalesce(parts.band, usages.band) as band,
    if(usages.is_in_one_band, usages.terms_no, parts.terms_no) as terms_no,
    coalesce(parts.low, 0L) as low,
    coalesce(parts.high, usages.total) as high,
    usages.quantity < 0 as is_refund,
    usages.is_in_range
    and usages.total > 0
    and usages.roaming_zone is not null
    and usages.is_convertible
    and coalesce(
        cut_usages.has_tariffs, usages.terms_no is not null and not usages.is_ambiguous
    ) as can_be_priced
from {{ ref('banded_usages') }} as usages
left join {{ ref('band_parts') }} as parts on usages.record_id = parts.record_id
left join cut_usages on usages.record_id = cut_usages.record_id
