{#-
    What the tables that only ever add up hold, in sums: the days of usage that the run decides, the accounts, the
    dispositions. Taken before a run adds to them and after, the sums say what the tables grew by. What they sum are
    sums that fit in 38 digits themselves, of at most 10^10 rows.
-#}
{% macro kept_sums(usage_days, account_totals, disposition_days) -%}
select
    'usage_days' as kept_in,
    currency as of_what,
    -- bounded: sums of 28 digits before the dot
    cast(sum(event_count) as decimal(38, 10)) as counted,
    -- bounded: sums of 28 digits before the dot
    cast(sum(quantity) as decimal(38, 10)) as units,
    -- bounded: sums of 28 digits before the dot
    cast(sum(charge_amount) as decimal(38, 10)) as amount
from {{ usage_days }}
where {{ is_decided_day('usage_date') }}
group by currency
union all
select
    'account_totals' as kept_in,
    currency as of_what,
    cast(0 as decimal(38, 10)) as counted,
    -- bounded: sums of 28 digits before the dot
    cast(sum(paid_amount) as decimal(38, 10)) as units,
    -- bounded: sums of 28 digits before the dot
    cast(sum(unbilled_amount) as decimal(38, 10)) as amount
from {{ account_totals }}
group by currency
union all
select
    'disposition_days' as kept_in,
    disposition as of_what,
    -- bounded: sums of 28 digits before the dot
    cast(sum(record_count) as decimal(38, 10)) as counted,
    -- bounded: sums of 28 digits before the dot
    cast(sum(quantity) as decimal(38, 10)) as units,
    cast(0 as decimal(38, 10)) as amount
from {{ disposition_days }}
group by disposition
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
