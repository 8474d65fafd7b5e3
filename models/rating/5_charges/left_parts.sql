-- Rules 8 and 9: what bundles left of each part of the long events, with where it begins
-- among all that they left of the event. Units in 10^-6.
with

covered as (

    select
        record_id,
        low,
        -- bounded: parts of one event, below 10^18 together
        sum(units) as units
    from {{ ref('bundle_covers') }}
    group by record_id, low

),

parts as (

    select
        usages.record_id,
        usages.event_id,
        usages.subscription_id,
        usages.cycle_start,
        usages.started_at,
        usages.is_refund,
        usages.can_be_priced as is_running,
        usages.low,
        usages.band,
        usages.terms_no,
        terms.tariff_id,
        terms.is_period,
        terms.is_volume,
        terms.beyond_last_step,
        usages.is_in_one_band,
        usages.high - usages.low - coalesce(covered.units, 0L) as units
    from {{ ref('usage_parts') }} as usages
    left semi join {{ ref('long_usages') }} as long_usages
        on usages.record_id = long_usages.record_id
    left join {{ ref('tariff_terms') }} as terms on usages.terms_no = terms.terms_no
    left join covered
        on usages.record_id = covered.record_id and usages.low = covered.low

),

with_starts as (

    select
        *,
        0L as starts_at,
        0L as tariff_starts_at,
        units as tariff_units,
        units as event_units
    from parts
    where is_in_one_band
    union all
    select
        *,
        -- bounded: parts of one event, below 10^18 together
        coalesce(sum(units) over (
            partition by record_id
            order by low
            rows between unbounded preceding and 1 preceding
        ), 0L) as starts_at,
        -- bounded: parts of one event, below 10^18 together
        coalesce(sum(units) over (
            partition by record_id, tariff_id
            order by low
            rows between unbounded preceding and 1 preceding
        ), 0L) as tariff_starts_at,
        -- bounded: parts of one event, below 10^18 together
        sum(units) over (partition by record_id, tariff_id) as tariff_units,
        -- bounded: parts of one event, below 10^18 together
        sum(units) over (partition by record_id) as event_units
    from parts
    where not is_in_one_band

)

select
    record_id,
    event_id,
    subscription_id,
    cycle_start,
    started_at,
    is_refund,
    is_running,
    low,
    band,
    terms_no,
    tariff_id,
    is_period,
    is_volume,
    beyond_last_step,
    is_in_one_band,
    units,
    starts_at,
    tariff_starts_at,
    tariff_units,
    event_units
from with_starts
