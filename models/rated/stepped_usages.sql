{{ config(materialized='ephemeral') }}

-- Rules 8 and 9: the parts of each dirty record by the steps of their tariffs. A refund
-- is priced as its magnitude.
with

alone as (

    select
        {{ parted_columns() }},
        usages.total as uncovered,
        {{ nothing_covered() }} as covered,
        usages.parts
    from {{ ref('parted_usages') }} as usages
    where not usages.is_running

),
{% if var('rates_in_order') %}
running as (

    select
        {{ parted_columns() }},
        usages.uncovered,
        usages.covered,
        {{ shifted_parts(
            'usages.parts', 'usages.uncovered', 'units_before.units_before'
        ) }} as parts
    from {{ ref('uncovered_usages') }} as usages
    left join {{ ref('units_before') }} as units_before
        on
            usages.file_id = units_before.file_id
            and usages.record_no = units_before.record_no

),
{% endif %}
parted as (

    select * from alone
    {{ 'union all select * from running' if var('rates_in_order') }}

),

with_all_steps as (

    select
        * except (parts),
        {{ step_parts('parts', 'uncovered') }} as all_steps
    from parted

),

with_steps as (

    select
        *,
        if(
            size(all_steps) = 1 and get(all_steps, 0).step is not null,
            all_steps,
            filter(all_steps, part -> part.step is not null)
        ) as steps,
        if(
            total > 0 and not exists(covered, part -> part.waives_fee),
            card.connection_fee,
            0
        ) as fee,
        get(
            {{ powers_of_ten() }},
            10 - coalesce(card.rounding_scale, minor_digits)
        ) as unit,
        {% call(part) any_of('all_steps') -%}
            {{ part }}.step is null
        {%- endcall %} as is_beyond_last_step
    from with_all_steps

)

select
    {{ parted_columns() }},
    usages.uncovered,
    usages.covered,
    usages.steps,
    usages.fee,
    usages.unit,
    usages.is_beyond_last_step
from with_steps as usages
