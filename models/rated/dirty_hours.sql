{{ config(materialized='table') }}

-- The UTC hours that dirty usage starts in, and the last instant that it reaches from
-- there. A session reaches as far as its parts together.
with

usages as (

    select
        service,
        started_at,
        quantity
    from {{ ref('dirty_usages') }}
    union all
    select
        service,
        started_at,
        session_quantity as quantity
    from {{ ref('merged_partials') }}
    where is_event

),

services as (

    select * from {{ ref('service_units') }}

),

hours as (

    select
        date_trunc('hour', usages.started_at) as hour_start,
        max(
            unix_micros(usages.started_at) + if(
                coalesce(services.is_timed, false)
                and abs(usages.quantity) <= {{ longest_timed_seconds() }},
                {{ scaled_units('abs(usages.quantity)') }},
                0
            )
        ) as last_micros
    from usages
    left join services on usages.service = services.service
    group by date_trunc('hour', usages.started_at)

),

final as (

    select
        hour_start,
        timestamp_micros(last_micros) as last_instant,
        to_date(hour_start) as used_from,
        to_date(timestamp_micros(last_micros)) as used_to
    from hours

)

select * from final
