{#-
    Rows for unit tests: usage records on their way through the rating. A row names the columns that its case is
    about; every other one has what an ordinary call of one minute has.
-#}
{% macro usage_rows(rows, is_located=true) -%}
    {%- set owned = {
        'file_id': ['string', 'f'], 'record_no': ['bigint', 1], 'event_id': ['string', 'e'],
        'account_id': ['string', 'A'], 'subscription_id': ['string', 'S'], 'plan_id': ['string', 'basic'],
        'disposition': ['string', none], 'reason': ['string', none], 'service': ['string', 'voice'],
        'tariff_service': ['string', 'voice'],
        'direction': ['string', 'out'], 'status': ['string', 'active'], 'account_currency': ['string', 'EUR'],
        'currency': ['string', 'EUR'], 'minor_digits': ['int', 2], 'time_zone': ['string', 'Europe/Berlin'],
        'bill_day': ['int', 1], 'quantity': ['decimal(24, 6)', 60],
        'record_quantity': ['decimal(24, 6)', 60], 'merged_into': ['string', none], 'is_timed': ['boolean', 'true'],
        'is_new': ['boolean', 'true'], 'started_at': ['timestamp', '2026-03-02 09:00:00'],
        'event_date': ['date', '2026-03-02'], 'calendar_id': ['string', 'work'],
    } -%}
    {%- set before = {'counterparty_prefix': ['string', '4930123'], 'serving_network': ['string', none]} -%}
    {%- set located = {
        'roaming_zone': ['string', 'home'], 'own_zone': ['string', none], 'own_prefix': ['string', none],
        'default_zone': ['string', none], 'default_prefix': ['string', none], 'any_zone': ['string', none],
        'any_prefix': ['string', none], 'own_roaming_zone': ['string', '*'],
        'default_roaming_zone': ['string', '*'],
    } -%}
    {{ typed_rows(rows, dict(owned, **(located if is_located else before))) }}
{%- endmacro %}


{#- Selects with every column of `columns` (name: type, default) cast to its type; others are SQL as they stand. -#}
{% macro typed_rows(rows, columns) -%}
    {%- for row in rows %}
        select
            {%- for name, value in row.items() if name not in columns %}
                {{ value }} as {{ name }},
            {%- endfor %}
            {%- for name, column in columns.items() %}
                {%- set value = row.get(name, column[1]) %}
                cast({{ 'null' if value is none else "'" ~ value ~ "'" }} as {{ column[0] }}) as {{ name }}
                {{- ',' if not loop.last }}
            {%- endfor %}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- What stepped_usages hands on: the record with its card and its parts by step. -#}
{% macro stepped_rows(rows) -%}
    {%- set done = [] -%}
    {%- for row in rows %}
        {%- do done.append({
            'event_id': row.event_id,
            'quantity': row.get('quantity', 60),
            'is_in_range': 'true',
            'total': 'cast(abs(' ~ row.get('quantity', 60) ~ ') * 1000000 as bigint)',
            'uncovered': 'cast(abs(' ~ row.get('uncovered', row.get('quantity', 60)) ~ ') * 1000000 as bigint)',
            'covered': nothing_covered(),
            'card': tariff('t', [], rounding=row.get('rounding', 'half_up'), least=row.least, most=row.most) ~ '.card',
            'steps': 'cast(array(' ~ row.steps | join(', ') ~ ') as array<struct<band: string, tariff_id: string, '
                ~ 'denominator: decimal(38, 0), step: struct<step_no: int, low: bigint, high: bigint, '
                ~ 'increment: bigint, flat_fee: decimal(38, 0), numerator: decimal(38, 0)>, units: bigint>>)',
            'fee': 'cast(' ~ row.get('fee', 0) ~ ' * 10000000000 as decimal(38, 0))',
            'unit': 'cast(1' ~ '0' * (10 - row.get('scale', 4)) ~ ' as decimal(38, 0))',
            'is_default': 'false', 'has_no_tariff': 'false', 'is_ambiguous': 'false',
            'is_beyond_last_step': 'false',
        }) %}
    {%- endfor %}
    {{ usage_rows(done) }}
{%- endmacro %}


{#- Units of one step for stepped_rows: `price` is for `per` units; an increment or a band may be none. -#}
{% macro step_part(units, price, per=1, increment=none, flat_fee=0, step_no=1, band=none, tariff_id='t') -%}
    struct({{ 'null' if band is none else "'" ~ band ~ "'" }}, '{{ tariff_id }}', {{ per }}, struct({{ step_no }}, 0,
        null, {{ 'null' if increment is none else increment ~ ' * 1000000' }}, {{ flat_fee }} * 10000000000,
        {{ price }} * 10000), {{ units }} * 1000000)
{%- endmacro %}
