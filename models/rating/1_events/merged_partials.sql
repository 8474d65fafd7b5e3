-- Rule 3: the records of one session make one event: the first of them, with the units
-- of all. A run decides a session whole.
with

parts as (

    select usages.*
    from {{ ref('decided_usages') }} as usages
    left anti join {{ ref('usage_resolutions') }} as resolutions
        on usages.record_id = resolutions.record_id
    where usages.is_partial

),

with_session as (

    select
        *,
        row_number() over in_order = 1 as is_event,
        first_value(event_id) over in_order as session_event_id,
        -- bounded: quantities are below 10^18, and this has 34 digits
        sum(quantity) over in_session as session_quantity
    from parts
    window
        in_session as (partition by subscriber, service, session_id),
        in_order as (
            partition by subscriber, service, session_id
            order by started_at, event_id, file_id, record_no
        )

)

select
    record_id,
    is_event,
    -- more than an event can have is suspended, so that 10^17 stands for all beyond it
    cast(
        greatest(
            least(session_quantity, cast(100000000000000000 as decimal(24, 6))),
            cast(-100000000000000000 as decimal(24, 6))
        ) as decimal(24, 6)
    ) as session_quantity,
    if(is_event, null, session_event_id) as merged_into
from with_session
