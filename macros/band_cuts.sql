{#-
    Rules 6 and 9: where one band's part of an event ends and the next begins. An increment belongs to the
    band that holds its first instant, so a part ends with the increment in force when its band ends; a
    band that is skipped over has no part. Gives array<struct<low, high, band, choice>>.
-#}
{% macro band_cuts(bands, total) -%}
    aggregate(
        {{ bands }},
        named_struct(
            'at', 0L,
            'parts', cast(array() as array<struct<
                low: bigint, high: bigint, band: string, is_default: boolean, choice: {{ choice_type() }}
            >>)
        ),
        (done, band) -> if(
            done.at >= band.high or done.at >= {{ total }},
            done,
            named_struct(
                'at', {{ increment_end('band', 'done.at', total) }},
                'parts', array_append(done.parts, struct(
                    done.at as low,
                    {{ increment_end('band', 'done.at', total) }} as high,
                    band.band as band,
                    band.is_default as is_default,
                    band.choice as choice
                ))
            )
        ),
        done -> done.parts
    )
{%- endmacro %}


{#- The end of the increment that is in force where a band ends. -#}
{% macro increment_end(band, start, total) -%}
    {%- set step = 'get(filter(' ~ band ~ '.choice.card.steps, step -> ' ~ band ~ '.high >= step.low and '
        ~ band ~ '.high < step.high), 0)' -%}
    {%- set volume_step = 'get(filter(' ~ band ~ '.choice.card.steps, step -> ' ~ total ~ ' > step.low and '
        ~ total ~ ' <= step.high), 0)' -%}
    least({{ total }}, case
        when {{ band }}.high >= {{ total }} then {{ total }}
        when {{ band }}.choice.card.tier_mode = 'volume' then
            {{ start }} + {{ rounded_up(band ~ '.high - ' ~ start, volume_step ~ '.increment') }}
        else coalesce(
            least(
                {{ step }}.high,
                greatest({{ step }}.low, {{ start }})
                + {{ rounded_up(band ~ '.high - greatest(' ~ step ~ '.low, ' ~ start ~ ')', step ~ '.increment') }}
            ),
            {{ band }}.high
        )
    end)
{%- endmacro %}


{#- Rule 9: units rounded up to whole increments; an empty increment rounds nothing. -#}
{% macro rounded_up(units, increment) -%}
    coalesce(
        (({{ units }}) + {{ increment }} - 1) div {{ increment }} * {{ increment }},
        {{ units }}
    )
{%- endmacro %}


{#- The type of a tariff choice, as tariff_choices builds it. -#}
{% macro choice_type() -%}
    struct<
        card: struct<
            tariff_id: string, tier_scope: string, tier_mode: string, beyond_last_step: string,
            rounding_scale: int, rounding_mode: string, connection_fee: decimal(38, 0),
            min_charge: decimal(38, 0), max_charge: decimal(38, 0), denominator: decimal(38, 0),
            steps: array<struct<
                step_no: int, low: bigint, high: bigint, increment: bigint,
                flat_fee: decimal(38, 0), numerator: decimal(38, 0)
            >>
        >,
        is_ambiguous: boolean
    >
{%- endmacro %}
