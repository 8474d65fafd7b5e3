{#- Rule 12: the moment (UTC) at which a local day begins: the first one where the clock repeats it. -#}
{% macro local_midnight(day, time_zone) -%}
    to_utc_timestamp(cast({{ day }} as timestamp), {{ time_zone }})
{%- endmacro %}
