{#-
    A tariff for unit tests, as tariff_choices gives it. A step is [low, high, price, increment, flat fee] in units
    and money, the price for `per` units; `none` leaves a bound, an increment or a limit open.
-#}
{% macro tariff(
    tariff_id, steps, fee=0, mode='graduated', beyond='suspend', rounding='half_up', scale=4, least=none, most=none,
    per=1, scope='event'
) -%}
    {%- set money = ' * 10000000000' -%}
    {%- set units = ' * 1000000' -%}
    cast(struct(
        struct(
            '{{ tariff_id }}', '{{ scope }}', '{{ mode }}', '{{ beyond }}', {{ scale }}, '{{ rounding }}',
            {{ fee }}{{ money }},
            {{ least ~ money if least else 'null' }},
            {{ most ~ money if most else 'null' }},
            {{ per }},
            array(
                {%- for step in steps %}
                struct(
                    {{ loop.index }},
                    {{ step[0] }}{{ units }},
                    {{ '9000000000000000000' if step[1] is none else step[1] ~ units }},
                    {{ 'null' if step[3] is none else step[3] ~ units }},
                    {{ step[4] }}{{ money }},
                    {{ step[2] }} * 10000
                ){{ ',' if not loop.last }}
                {%- endfor %}
            )
        ),
        false
    ) as {{ choice_type() }})
{%- endmacro %}


{#- The bands of a record for unit tests, as banded_usages gives them: [band, low, high, tariff] in units. -#}
{% macro bands(rows) -%}
    array(
        {%- for row in rows %}
        struct(
            {{ 'cast(null as string)' if row[0] is none else "'" ~ row[0] ~ "'" }} as band,
            cast({{ row[1] }} * 1000000 as bigint) as low,
            cast({{ row[2] }} * 1000000 as bigint) as high,
            {{ row[3] }} as choice,
            false as is_default
        ){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- What banded_usages hands on: the record with its magnitude and its bands. -#}
{% macro banded_rows(rows) -%}
    {%- set done = [] -%}
    {%- for row in rows %}
        {%- do done.append(dict(row, **{
            'is_in_range': 'true',
            'total': 'cast(abs(' ~ row.quantity ~ ') * 1000000 as bigint)',
            'bands': bands(row.bands),
        })) %}
    {%- endfor %}
    {{ usage_rows(done) }}
{%- endmacro %}


{#- The parts of a record for unit tests, as parted_usages gives them: [band, low, high, tariff] in units. -#}
{% macro parts(rows) -%}
    array(
        {%- for row in rows %}
        struct(
            cast({{ row[1] }} * 1000000 as bigint) as low,
            cast({{ row[2] }} * 1000000 as bigint) as high,
            {{ 'cast(null as string)' if row[0] is none else "'" ~ row[0] ~ "'" }} as band,
            false as is_default,
            {{ row[3] }} as choice
        ){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- What parted_usages hands on: the record with its magnitude, its parts and the tariff of the first. -#}
{% macro parted_rows(rows) -%}
    {%- set done = [] -%}
    {%- for row in rows %}
        {%- do done.append(dict(row, **{
            'is_in_range': 'true',
            'total': 'cast(abs(' ~ row.quantity ~ ') * 1000000 as bigint)',
            'card': row.parts[0][3] ~ '.card',
            'parts': parts(row.parts),
            'is_default': 'false', 'has_no_tariff': 'false', 'is_ambiguous': 'false', 'is_running': 'false',
        })) %}
    {%- endfor %}
    {{ usage_rows(done) }}
{%- endmacro %}
