{#- Rule 12: the local day that a moment (UTC) lies in. -#}
{% macro local_date(moment, time_zone) -%}
    to_date(from_utc_timestamp({{ moment }}, {{ time_zone }}))
{%- endmacro %}


{#- Rule 13: the last instant of a local day (UTC), at which it is charged. -#}
{% macro day_end(day, time_zone) -%}
    -- bounded: a timestamp less a microsecond
    timestamp_micros(unix_micros({{ local_midnight('date_add(' ~ day ~ ', 1)', time_zone) }}) - 1)
{%- endmacro %}
