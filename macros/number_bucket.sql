{#- The bucket that a number's destination is joined by: its first four characters. -#}
{% macro number_bucket(number) -%}
    if({{ number }} rlike '^[0-9]', substr({{ number }}, 1, 4), substr({{ number }}, 1, 1))
{%- endmacro %}


{#- Whether all numbers of a range begin with the same four digits. -#}
{% macro is_in_one_bucket(range_start, range_end) -%}
    (
        length({{ range_start }}) >= 4
        and {{ range_start }} rlike '^[0-9]'
        and {{ range_end }} <= concat(substr({{ range_start }}, 1, 4), '~')
    )
{%- endmacro %}


{#- Whether a range holds numbers of a bucket. A bucket shorter than four digits is that one number. -#}
{% macro reaches_into_bucket(number_range, bucket) -%}
    {{ bucket }} < {{ number_range }}.range_end
        and concat({{ bucket }}, '~') > {{ number_range }}.range_start
        and (
            length({{ bucket }}) = 4
            or {{ bucket }} not rlike '^[0-9]'
            or {{ bucket }} >= {{ number_range }}.range_start
        )
{%- endmacro %}


{#- Every bucket there is: numbers of up to four digits, and other printable first characters. -#}
{% macro all_number_buckets() -%}
    concat(
        transform(sequence(0, 9), digit -> cast(digit as string)),
        transform(sequence(0, 99), digits -> lpad(digits, 2, '0')),
        transform(sequence(0, 999), digits -> lpad(digits, 3, '0')),
        transform(sequence(0, 9999), digits -> lpad(digits, 4, '0')),
        transform(sequence(58, 125), code -> char(code)),
        transform(sequence(33, 47), code -> char(code))
    )
{%- endmacro %}


{#- Joins a usage record to the range of a zone set that its number falls in. -#}
{% macro is_in_number_range(number_range, zone_set_id) -%}
    {{ number_range }}.zone_set_id = {{ zone_set_id }}
            and {{ number_range }}.number_bucket = usages.number_bucket
            and usages.counterparty_prefix >= {{ number_range }}.range_start
            and usages.counterparty_prefix < {{ number_range }}.range_end
            and usages.started_at >= {{ number_range }}.valid_from
            and usages.started_at < {{ number_range }}.valid_to
{%- endmacro %}
