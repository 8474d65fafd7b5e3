-- Rule 6: the bands of each event that meets several, in turn, with the increment that
-- is under way where each ends.
with

several as (

    select
        record_id,
        band,
        low,
        high,
        total,
        terms_no
    from {{ ref('banded_usages') }}
    where not is_in_one_band

),

with_step as (

    select
        several.*,
        steps.low as step_low,
        steps.high as step_high,
        steps.increment,
        coalesce(terms.is_volume, false) as is_volume
    from several
    left join {{ ref('tariff_terms') }} as terms on several.terms_no = terms.terms_no
    left join {{ ref('tariff_steps_in_force') }} as steps
        on
            terms.tariff_id = steps.tariff_id
            and if(
                terms.is_volume,
                several.total > steps.low and several.total <= steps.high,
                several.high >= steps.low and several.high < steps.high
            )

)

select * from with_step
