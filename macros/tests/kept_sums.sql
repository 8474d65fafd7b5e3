{#-
    What the tables that only ever add up hold, in sums: the days of usage that the run decides, the accounts, the
    dispositions. Taken before a run adds to them and after, the sums say what the tables grew by. What they sum are
    sums that fit in 38 digits themselves, of at most 10^10 rows.
-#}
{% macro kept_sums(usage_days, revenue_days, account_cycles, account_totals, disposition_days) -%}
{%- for kept_in, table, of_what, counted, units, amount, condition in [
    ('usage_days', usage_days, 'currency', 'event_count', 'quantity', 'charge_amount', is_decided_day('usage_date')),
    ('revenue_days', revenue_days, 'currency', 'event_count', 'quantity', 'charge_amount',
        is_decided_day('usage_date')),
    ('account_cycles', account_cycles, 'currency', 'event_count', '0', 'charge_amount', 'true'),
    ('account_totals', account_totals, 'currency', 'payment_count', 'paid_amount', 'billed_amount', 'true'),
    ('disposition_days', disposition_days, 'disposition', 'record_count', 'quantity', '0', 'true'),
] %}
select
    '{{ kept_in }}' as kept_in,
    {{ of_what }} as of_what,
    -- bounded: sums of 28 digits before the dot
    cast(sum({{ counted }}) as decimal(38, 10)) as counted,
    -- bounded: sums of 28 digits before the dot
    cast(sum({{ units }}) as decimal(38, 10)) as units,
    -- bounded: sums of 28 digits before the dot
    cast(sum({{ amount }}) as decimal(38, 10)) as amount
from {{ table }}
where {{ condition }}
group by {{ of_what }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}


{#- Whether a day has usage that the run decides, or had it before: written out, so that no other day is read. -#}
{% macro is_decided_day(column) -%}
    {%- set days = 'select usage_date from ' ~ ref('decided_outcomes')
        ~ ' union select usage_date from ' ~ ref('outcomes_before') -%}
    {%- set found = run_query(
        'select cast(usage_date as string) from (' ~ days ~ ') as days where usage_date is not null'
    ).columns[0].values() if execute else [] -%}
    {%- if found -%}
        {{ column }} in ({% for day in found %}date '{{ day }}'{{ ', ' if not loop.last }}{% endfor %})
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
