{#- What the statements of the run come to (1), and the versions that they supersede (-1), in their own currencies. -#}
{% macro statement_changes() -%}
select
    statement_id,
    currency,
    total_amount,
    cast(1 as decimal(1, 0)) as change_sign
from {{ ref('statements') }}
where run_id = {{ run_id() }}
union all
select
    new_versions.statement_id,
    old_versions.currency,
    old_versions.total_amount,
    cast(-1 as decimal(1, 0)) as change_sign
from {{ ref('statements') }} as new_versions
inner join {{ ref('statements') }} as old_versions
    on new_versions.supersedes = old_versions.statement_id
where new_versions.run_id = {{ run_id() }}
{%- endmacro %}
