{{ config(materialized='ephemeral') }}

-- The usage records that a run decides anew: those that are new, and the known ones of
-- events to rate again.
with

new_usages as (

    select *
    from {{ ref('stg_usages') }}
    where run_id > {{ var('last_run_id') }}

),
{% if var('last_run_id') > 0 %}
again as (

    select usages.*
    from {{ ref('stg_usages') }} as usages
    left semi join {{ ref('events_to_rate_again') }} as events
        on usages.root_event_id = events.event_id
    where usages.run_id <= {{ var('last_run_id') }}

),
{% endif %}
decided as (

    select
        *,
        true as is_new
    from new_usages
    {% if var('last_run_id') > 0 %}
    union all
    select
        *,
        false as is_new
    from again
    {% endif %}

)

select
    file_id,
    record_no,
    event_id,
    root_event_id,
    content_hash,
    service,
    direction,
    kind,
    subscriber,
    counterparty_prefix,
    serving_network,
    session_id,
    is_partial,
    quantity,
    is_new,
    started_at,
    event_date,
    known_at
from decided
