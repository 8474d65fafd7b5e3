{{ config(materialized='table') }}

-- Rule 8: what bundles cover of each running record that may use any, and what they
-- leave, by band, pass by pass.
with

met as (

    select /*+ repartition(usages.account_id) */
        usages.file_id,
        usages.record_no,
        usages.event_id,
        usages.account_id,
        usages.started_at,
        usages.quantity < 0 as is_refund,
        candidates.is_shared,
        candidates.carries_over,
        candidates.instances,
        transform(usages.parts, part -> struct(
            part.band as band,
            part.high - part.low as units
        )) as pieces,
        {{ nothing_covered() }} as covered
    from {{ ref('running_batch') }} as usages
    inner join {{ ref('bundle_candidates') }} as candidates
        on
            usages.file_id = candidates.file_id
            and usages.record_no = candidates.record_no

),

{% set pass_count = bundle_pass_count() -%}
{% for pass_no in range(1, pass_count + 1) -%}
{{ pass_over_bundles(
    'met' if loop.first else 'pass_' ~ (pass_no - 1), 'pass_' ~ pass_no, pass_no
) }},

{% endfor -%}

final as (

    select
        file_id,
        record_no,
        is_shared,
        carries_over,
        transform(pieces, piece -> piece.units) as units_left,
        covered
    from {{ 'pass_' ~ pass_count if pass_count else 'met' }}

)

select * from final
