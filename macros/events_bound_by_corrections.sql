{#-
    Pairs of events (bound_to, event_id) of which one is decided with the other: a correction and the event
    that it names, or two that a third one binds (a correction of a correction).
-#}
{% macro events_bound_by_corrections() -%}
    (
        with

        links as (

            select
                stack(
                    4,
                    event_id, root_event_id,
                    root_event_id, event_id,
                    event_id, event_id,
                    root_event_id, root_event_id
                ) as (bound_to, event_id)
            from {{ ref('corrections') }}

        )

        select
            links.bound_to,
            further.event_id
        from links
        inner join links as further on links.event_id = further.bound_to
    )
{%- endmacro %}
