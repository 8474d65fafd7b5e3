-- Rules 8, 9 and 11: each event with the first step of the tariff that it begins under, and
-- whether that step, or nothing, decides its charge: it lies in one band, and in that step
-- with what bundles left of it.
select
    usages.record_id,
    usages.event_id,
    usages.account_id,
    usages.subscription_id,
    usages.plan_id,
    terms.tariff_id,
    usages.service,
    usages.direction,
    usages.roaming_zone,
    usages.destination_zone,
    usages.destination_prefix,
    usages.band,
    usages.bundle_id,
    usages.currency,
    terms.rounding_mode,
    terms.first_step_no,
    usages.quantity,
    usages.record_quantity,
    usages.total,
    usages.terms_no,
    terms.denominator,
    terms.first_numerator,
    terms.first_flat_fee,
    terms.short_min,
    terms.max_charge,
    usages.is_ambiguous,
    usages.is_in_range,
    usages.is_convertible,
    usages.is_in_one_band,
    usages.cover_count,
    usages.bundle_units,
    usages.left_units,
    usages.most_taken,
    usages.started_at,
    usages.event_date,
    usages.usage_date,
    usages.cycle_start,
    {{ rounding_unit('coalesce(terms.rounding_scale, usages.minor_digits)') }}
        as unit,
    {{ rounded_up('usages.left_units', 'terms.first_increment') }} as billed,
    if(usages.waives_fee, 0L, terms.short_fee) as fee,
    usages.total = 0 or terms.terms_no is null as is_free,
    usages.is_in_one_band and coalesce(
        usages.total = 0
        or terms.terms_no is null
        or usages.left_units = 0
        or (
            not terms.is_period
            and terms.short_min is not null
            and terms.first_low = 0
            and usages.left_units <= terms.first_high
        ),
        false
    ) as is_short
from {{ ref('left_usages') }} as usages
left join {{ ref('tariff_terms') }} as terms on usages.terms_no = terms.terms_no
