{{ config(materialized='ephemeral') }}

-- Rules 6 and 7: the parts of each dirty record, one for each band that it is in, with
-- the tariff of each. Where bands end is settled before bundles and running totals.
with
{% if var('rates_in_order') %}
bundled as (

    select collect_set(services.service) as services
    from (
        select service from {{ ref('service_units') }}
        union all
        select '*' as service
    ) as services
    left semi join {{ ref('bundle_terms') }} as terms
        on terms.service in ('*', services.service)

),
{% endif %}
with_parts as (

    select
        *,
        if(
            size(bands) = 1 or not is_timed or total = 0,
            array(struct(
                0L as low,
                total as high,
                get(bands, 0).band as band,
                get(bands, 0).is_default as is_default,
                get(bands, 0).choice as choice
            )),
            {{ band_cuts('bands', 'total') }}
        ) as parts
    from {{ ref('banded_usages') }}

),

with_card as (

    select
        *,
        get(parts, 0).choice.card as card,
        get(parts, 0).is_default as is_default,
        {% call(part) any_of('parts') %}{{ part }}.choice is null{% endcall %}
            as has_no_tariff,
        {% call(part) any_of('parts') %}{{ part }}.choice.is_ambiguous{% endcall %}
            as is_ambiguous
    from with_parts

)

select
    {{ parted_columns() }},
    usages.parts,
    {% if var('rates_in_order') -%}
        coalesce(
            usages.disposition is null
            and usages.status = 'active'
            and usages.currency = usages.account_currency
            and usages.roaming_zone is not null
            and not usages.has_no_tariff
            and not usages.is_ambiguous
            and usages.is_in_range
            and usages.total > 0
            and (
                array_contains(bundled.services, usages.tariff_service)
                or {% call(part) any_of('usages.parts') -%}
                    {{ part }}.choice.card.tier_scope = 'period'
                {%- endcall %}
            ),
            false
        )
    {%- else -%}
        false
    {%- endif %} as is_running
from with_card as usages
{{ 'cross join bundled' if var('rates_in_order') }}
