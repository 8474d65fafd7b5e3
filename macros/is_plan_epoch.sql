{#- Joins a usage record to the period of a plan's tariffs for its service that it started in. -#}
{% macro is_plan_epoch(epoch, plan_id) -%}
    {{ epoch }}.plan_id = {{ plan_id }}
            and usages.tariff_service = {{ epoch }}.service
            and usages.started_at >= {{ epoch }}.valid_from
            and usages.started_at < {{ epoch }}.valid_to
{%- endmacro %}
