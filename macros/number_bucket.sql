{#- The bucket that a number's destination is joined by: its first four characters. -#}
{% macro number_bucket(number) -%}
    if({{ number }} rlike '^[0-9]', substr({{ number }}, 1, 4), substr({{ number }}, 1, 1))
{%- endmacro %}


{#-
    The buckets that a range of numbers reaches into, one row each: mostly the one bucket of its first four
    digits; a range that spans many (a short prefix) is spread over all of them.
-#}
{% macro number_buckets(range_start, range_end) -%}
    explode(
        if(
            length({{ range_start }}) >= 4
            and {{ range_start }} rlike '^[0-9]'
            and {{ range_end }} <= concat(substr({{ range_start }}, 1, 4), '~'),
            array(substr({{ range_start }}, 1, 4)),
            filter(
                {{ all_number_buckets() }},
                bucket -> bucket < {{ range_end }}
                and if(length(bucket) = 4 or bucket > ':', concat(bucket, '~'), bucket) >= {{ range_start }}
                and concat(bucket, '~') != {{ range_start }}
            )
        )
    )
{%- endmacro %}


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
