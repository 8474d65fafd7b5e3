{#-
    Rule 9: the parts of an event by step. `graduated` cuts a band's part at the steps; `volume` prices all of
    it at the step that holds the event's total. Units beyond the last step are left over with no step.
    Gives array<struct<band, tariff_id, denominator, step, units>>. Most events are in one band and in its
    first step, which needs no lambda (see `each`).
-#}
{% macro step_parts(parts, total) -%}
    {%- set first_step = 'get(get(' ~ parts ~ ', 0).choice.card.steps, 0)' -%}
    if(
        size({{ parts }}) = 1 and {{ total }} > 0 and {{ first_step }}.high >= {{ total }},
        array({{ part_at_step('get(' ~ parts ~ ', 0)', first_step, total) }}),
        filter(
            flatten(transform({{ parts }}, part -> if(
                part.choice.card.tier_mode = 'volume',
                {{ parts_by_volume(total) }},
                {{ parts_by_graduation() }}
            ))),
            part -> part.units > 0
        )
    )
{%- endmacro %}


{% macro part_at_step(part, step, units) -%}
    struct(
        {{ part }}.band as band,
        {{ part }}.choice.card.tariff_id as tariff_id,
        {{ part }}.choice.card.denominator as denominator,
        {{ step }} as step,
        {{ units }} as units
    )
{%- endmacro %}


{% macro parts_by_volume(total) -%}
    {%- set step = 'get(filter(part.choice.card.steps, step -> ' ~ total ~ ' > step.low and ' ~ total
        ~ ' <= step.high), 0)' -%}
    array({{ part_at_step(
        'part',
        step,
        'if(' ~ step ~ ' is not null or ' ~ suspends_beyond('part') ~ ', part.high - part.low, 0L)'
    ) }})
{%- endmacro %}


{% macro parts_by_graduation() -%}
    array_append(
        transform(
            filter(part.choice.card.steps, step -> step.low < part.high and step.high > part.low),
            step -> {{ part_at_step('part', 'step', 'least(part.high, step.high) - greatest(part.low, step.low)') }}
        ),
        {{ part_at_step(
            'part',
            'cast(null as struct<step_no: int, low: bigint, high: bigint, increment: bigint, '
            ~ 'flat_fee: decimal(38, 0), numerator: decimal(38, 0)>)',
            'if(' ~ suspends_beyond('part') ~ ', part.high - greatest(part.low, coalesce(array_max(transform('
            ~ 'part.choice.card.steps, step -> step.high)), 0)), 0L)'
        ) }}
    )
{%- endmacro %}


{#- Units beyond the last step are left over, with no step, if the tariff suspends for them; else they are free. -#}
{% macro suspends_beyond(part) -%}
    coalesce({{ part }}.choice.card.beyond_last_step = 'suspend', false)
{%- endmacro %}
