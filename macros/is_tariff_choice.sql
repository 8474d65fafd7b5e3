{#- Joins a usage record to the tariffs that its case meets at one level (own plan, plan `*`). -#}
{% macro is_tariff_choice(choice, zone, roaming_zone) -%}
    {{ choice }}.service = usages.service
            and {{ choice }}.direction = usages.direction
            and {{ choice }}.destination_zone = coalesce(usages.{{ zone }}, '*')
            and {{ choice }}.roaming_zone = usages.{{ roaming_zone }}
            and usages.started_at >= {{ choice }}.valid_from
            and usages.started_at < {{ choice }}.valid_to
{%- endmacro %}
