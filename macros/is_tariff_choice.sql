{#- Joins a usage record to the tariffs that its case meets at one level (`own` plan, `default`: plan `*`). -#}
{% macro is_tariff_choice(choice, plan_id, level) -%}
    {{ choice }}.plan_id = {{ plan_id }}
            and {{ choice }}.service = usages.tariff_service
            and {{ choice }}.direction = usages.direction
            and {{ choice }}.destination_zone = coalesce(usages.{{ level }}_zone, '*')
            and {{ choice }}.roaming_zone = usages.{{ level }}_roaming_zone
            and usages.started_at >= {{ choice }}.valid_from
            and usages.started_at < {{ choice }}.valid_to
{%- endmacro %}
