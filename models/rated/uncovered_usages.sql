{{ config(materialized='ephemeral') }}

-- Rules 8 and 9: the running records with the parts that bundles leave to the steps, as
-- offsets in what is left.
with

with_units_left as (

    select
        usages.*,
        coalesce(
            bundled.units_left,
            transform(usages.parts, part -> part.high - part.low)
        ) as units_left,
        bundled.covered
    from {{ ref('running_batch') }} as usages
    left join {{ ref('bundled_batch') }} as bundled
        on
            usages.file_id = bundled.file_id
            and usages.record_no = bundled.record_no

)

select
    {{ parted_columns() }},
    filter(
        transform(usages.parts, (part, position) -> struct(
            {{ sum_of('slice(usages.units_left, 1, position)') }} as low,
            {{ sum_of('slice(usages.units_left, 1, position + 1)') }} as high,
            part.band as band,
            part.is_default as is_default,
            part.choice as choice
        )),
        part -> part.high > part.low
    ) as parts,
    {{ sum_of('usages.units_left') }} as uncovered,
    coalesce(usages.covered, {{ nothing_covered() }}) as covered,
    usages.cycle_start
from with_units_left as usages
