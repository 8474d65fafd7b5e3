-- The parts of each event that bundles may be for or that goes the long way: one for
-- each band that it is priced in, mostly one whole.
with

bundled as (

    select distinct account_id from {{ ref('bundle_instances') }}

),

long_ones as (

    select distinct record_id
    from {{ ref('short_charges') }}
    where amount is null

),

usages as (

    select banded.*
    from {{ ref('banded_usages') }} as banded
    left join bundled on banded.account_id = bundled.account_id
    left join long_ones on banded.record_id = long_ones.record_id
    where bundled.account_id is not null or long_ones.record_id is not null

)

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
    usages.started_at,
    usages.event_date,
    usages.cycle_start,
    coalesce(parts.low, 0L) as low,
    coalesce(parts.high, usages.total) as high,
    usages.quantity < 0 as is_refund,
    usages.is_in_range
    and usages.total > 0
    and usages.roaming_zone is not null
    and usages.is_convertible
    and usages.terms_no is not null
    and not usages.is_ambiguous as can_be_priced
from usages
left join {{ ref('band_parts') }} as parts
    on
        usages.record_id = parts.record_id
        and usages.low = parts.band_low
        and not usages.is_in_one_band
where usages.is_in_one_band or parts.record_id is not null
