{#-
    The earlier records of accounts from the time on at which something of them changed; `since` can be asked
    for the first of those times, if there is such a table.
-#}
{% macro events_of_accounts(changes, since=none) -%}
    select usages.root_event_id as event_id
    from usages
    inner join {{ ref('subscription_periods') }} as periods
        on
            usages.subscriber = periods.subscriber
            and usages.started_at >= periods.valid_from
            and usages.started_at < periods.valid_to
    inner join {{ changes }} as changed
        on
            periods.account_id = changed.account_id
            and usages.started_at >= changed.changed_from
    where
        usages.run_id <= {{ var('last_run_id') }}
        and {{ since_first(since) if since else 'true' }}
{%- endmacro %}
