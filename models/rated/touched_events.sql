{{ config(materialized='table') }}

-- The events that a new record names, and those whose number's holder, account or
-- reference data changed since the last run.
with

usages as (

    select * from {{ ref('stg_usages') }}

),

named_by_new as (

    select explode(array_distinct(array(root_event_id, event_id))) as event_id
    from usages
    where run_id > {{ var('last_run_id') }}

)

{% if 'action' in var('new_feeds') %}
,

of_changed_numbers as (

    select usages.root_event_id as event_id
    from usages
    inner join {{ ref('changed_numbers') }} as changed
        on
            usages.subscriber = changed.subscriber
            and usages.started_at >= changed.changed_from
    where
        usages.run_id <= {{ var('last_run_id') }}
        and {{ since_first(ref('changed_numbers')) }}

)
{% endif %}

{% if 'action' in var('new_feeds') and var('rates_in_order') %}
,

of_changed_sharers as (

    {{ events_of_accounts(ref('changed_sharers')) }}

)
{% endif %}

{% if 'account' in var('new_feeds') %}
,

of_changed_accounts as (

    {{ events_of_accounts(ref('changed_accounts'), ref('changed_accounts')) }}

)
{% endif %}

{% if var('changed_reference') %}
,

of_changed_reference as (

    select usages.root_event_id as event_id
    from usages
    inner join {{ ref('reference_changes') }} as changed
        on usages.started_at >= changed.changed_from
    where
        usages.run_id <= {{ var('last_run_id') }}
        and {{ since_first(ref('reference_changes')) }}

)
{% endif %}

select event_id from named_by_new
{{ 'union select event_id from of_changed_numbers' if 'action' in var('new_feeds') }}
{{ 'union select event_id from of_changed_sharers'
    if 'action' in var('new_feeds') and var('rates_in_order') }}
{{ 'union select event_id from of_changed_accounts' if 'account' in var('new_feeds') }}
{{ 'union select event_id from of_changed_reference' if var('changed_reference') }}
