{#-
    Rule 9: what a part of an event costs at its step, as a numerator over the event's denominator, with the
    step's flat fee when the event enters the step here for the first time.
-#}
{% macro step_numerator(part, position, parts, denominator) -%}
    try_add(
        cast(try_multiply(
            cast(try_multiply(
                cast({{ rounded_up(part ~ '.units', part ~ '.step.increment') }} as decimal(38, 0)),
                {{ part }}.step.numerator
            ) as decimal(38, 0)),
            cast({{ denominator }} div {{ part }}.denominator as decimal(38, 0))
        ) as decimal(38, 0)),
        if(
            {{ part }}.step.flat_fee = 0
            or exists(
                slice({{ parts }}, 1, {{ position }}),
                earlier -> earlier.tariff_id = {{ part }}.tariff_id
                and earlier.step.step_no = {{ part }}.step.step_no
            ),
            cast(0 as decimal(38, 0)),
            cast(try_multiply({{ part }}.step.flat_fee, {{ denominator }}) as decimal(38, 0))
        )
    )
{%- endmacro %}


{#- A denominator that every part's price can be written over: mostly they share one; 1 where there is none. -#}
{% macro shared_denominator(parts) -%}
    case
        when size({{ parts }}) = 1 then get({{ parts }}, 0).denominator
        when size({{ parts }}) = 0 then cast(1 as decimal(38, 0))
        when forall({{ parts }}, part -> part.denominator = get({{ parts }}, 0).denominator)
            then get({{ parts }}, 0).denominator
        else aggregate(
            array_distinct(transform({{ parts }}, part -> part.denominator)),
            cast(1 as decimal(38, 0)),
            (product, denominator) -> cast(try_multiply(product, denominator) as decimal(38, 0))
        )
    end
{%- endmacro %}


{#- 10^0 to 10^10 as decimal(38, 0). -#}
{% macro powers_of_ten() -%}
    array(
        {%- for exponent in range(11) -%}
            cast(1{{ '0' * exponent }} as decimal(38, 0)){{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}
