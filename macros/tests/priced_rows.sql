{#-
    Rows for unit tests: what priced_usages hands on. A row gives its `fee` and its `sums` in money: the fee and the
    segments so far, rounded, one sum for each segment. The segments share the quantity equally; the last sum
    is the amount.
-#}
{% macro priced_rows(rows) -%}
    {%- set done = [] -%}
    {%- for row in rows %}
        {%- set sums = row.get('sums', [0]) %}
        {%- set units = 'cast(abs(' ~ row.get('quantity', 60) ~ ') * 1000000 as bigint) div ' ~ sums | length %}
        {%- set money = [] %}
        {%- for sum in sums %}{% do money.append(whole_money(sum)) %}{% endfor %}
        {%- set columns = {
            'is_in_range': 'true',
            'covered': nothing_covered(),
            'card': tariff('t', []) ~ '.card',
            'segments': 'array_repeat(struct(cast(null as string) as band, "t" as tariff_id, 1 as step_no, '
                ~ units ~ ' as units, '
                ~ units ~ ' as billed_units, cast(0 as decimal(38, 0)) as numerator), ' ~ sums | length ~ ')',
            'rounded_sums': 'array(' ~ money | join(', ') ~ ')',
            'amount': money | last,
            'is_default': 'false', 'has_no_tariff': 'false', 'is_ambiguous': 'false',
            'is_beyond_last_step': 'false',
        } %}
        {%- do columns.update(row) %}
        {%- do columns.update({'fee': whole_money(row.get('fee', 0)), 'sums': 'null'}) %}
        {%- do done.append(columns) %}
    {%- endfor %}
    {{ usage_rows(done) }}
{%- endmacro %}


{#- Money in the whole numbers of the rating. -#}
{% macro whole_money(amount) -%}
    cast({{ amount }} * 10000000000 as decimal(38, 0))
{%- endmacro %}
