-- Rules 6 and 7: each event with the time band that it starts in and the tariff there.
with

-- by number: to cut each start down to its hour costs as much as the join
hours as (

    select
        *,
        unix_micros(hour_start) div 3600000000 as hour_no
    from {{ ref('band_hours') }}

),

banded as (

    select
        usages.*,
        coalesce(hours.band, '') as band,
        usages.end_micros <= coalesce(hours.to_micros, {{ no_end() }}) as is_in_one_band
    from {{ ref('placed_usages') }} as usages
    left join hours
        on
            usages.calendar_id = hours.calendar_id
            and usages.time_zone = hours.time_zone
            and usages.start_micros div 3600000000 = hours.hour_no
            and usages.start_micros >= hours.from_micros
            and usages.start_micros < hours.to_micros

),

with_tariff as (

    select
        banded.*,
        choices.level,
        choices.terms_no,
        coalesce(choices.is_ambiguous, false) as is_ambiguous
    from banded
    left join {{ ref('choice_bands') }} as choices
        on banded.choice_no = choices.choice_no and banded.band = choices.band

)

select
    record_id,
    event_id,
    event_hash,
    account_id,
    subscription_id,
    plan_id,
    service,
    tariff_service,
    direction,
    roaming_zone,
    band,
    currency,
    calendar_id,
    time_zone,
    choice_no,
    minor_digits,
    quantity,
    record_quantity,
    total,
    terms_no,
    is_ambiguous,
    is_in_range,
    is_convertible,
    is_in_one_band,
    started_at,
    event_date,
    usage_date,
    cycle_start,
    if(level = 2, standby_zone, own_zone) as destination_zone,
    if(level = 2, standby_prefix, own_prefix) as destination_prefix
from with_tariff
