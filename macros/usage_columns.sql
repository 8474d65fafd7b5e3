{#- The columns of a staged usage record that its rating needs. -#}
{% macro staged_columns() -%}
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
    started_at,
    event_date,
    known_at
{%- endmacro %}


{#-
    What the steps of the rating hand on of a usage record, so that each step lists only the columns that it
    adds: whose it is, from located_usages on where it went to, and from parted_usages on its tariff.
-#}
{% macro owned_columns() -%}
    usages.file_id,
        usages.record_no,
        usages.event_id,
        usages.account_id,
        usages.subscription_id,
        usages.plan_id,
        usages.disposition,
        usages.reason,
        usages.service,
        usages.tariff_service,
        usages.direction,
        usages.status,
        usages.account_currency,
        usages.currency,
        usages.minor_digits,
        usages.time_zone,
        usages.bill_day,
        usages.quantity,
        usages.record_quantity,
        usages.merged_into,
        usages.is_timed,
        usages.is_new,
        usages.started_at,
        usages.event_date
{%- endmacro %}


{% macro located_columns() -%}
    {{ owned_columns() }},
        usages.roaming_zone,
        usages.own_zone,
        usages.own_prefix,
        usages.default_zone,
        usages.default_prefix,
        usages.any_zone,
        usages.any_prefix
{%- endmacro %}


{% macro parted_columns() -%}
    {{ located_columns() }},
        usages.is_in_range,
        usages.total,
        usages.card,
        usages.is_default,
        usages.has_no_tariff,
        usages.is_ambiguous
{%- endmacro %}
