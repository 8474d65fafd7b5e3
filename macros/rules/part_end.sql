{#-
    Rules 6 and 9: where a band's part of an event ends that begins at `start`: with the band, or with the increment
    that is under way then. Increments are counted from the part's start, or from the step's where that lies in it; with
    `volume` always from the part's start. All are below 10^18, in 10^-6 of a unit.
-#}
{% macro part_end(band, start) -%}
    -- bounded: below 10^18 each
    case
        when {{ band }}.high >= {{ band }}.total then {{ band }}.total
        when {{ band }}.is_volume then least(
            {{ band }}.total,
            {{ start }} + {{ rounded_up('(' ~ band ~ '.high - ' ~ start ~ ')', band ~ '.increment') }}
        )
        when {{ band }}.step_low is null then {{ band }}.high
        else least(
            {{ band }}.total,
            {{ band }}.step_high,
            greatest({{ band }}.step_low, {{ start }}) + {{ rounded_up(
                '(' ~ band ~ '.high - greatest(' ~ band ~ '.step_low, ' ~ start ~ '))', band ~ '.increment'
            ) }}
        )
    end
{%- endmacro %}
