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
        parts.record_id,
        parts.event_id,
        parts.subscription_id,
        parts.cycle_start,
        parts.started_at,
        parts.is_refund,
        parts.low,
        parts.band,
        parts.terms_no,
        terms.tariff_id,
        terms.is_period,
        terms.is_volume,
        terms.beyond_last_step,
        bool_and(parts.can_be_priced) over (partition by parts.record_id) as is_running,
        parts.high - parts.low - coalesce(covered.units, 0L) as units
    from {{ ref('usage_parts') }} as parts
    left semi join {{ ref('long_usages') }} as long_usages
        on parts.record_id = long_usages.record_id
    left join {{ ref('tariff_terms') }} as terms on parts.terms_no = terms.terms_no
    left join covered
        on parts.record_id = covered.record_id and parts.low = covered.low

)

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
