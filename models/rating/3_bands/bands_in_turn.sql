-- Rule 6: the bands of each event that meets several, in turn, with the increment that
-- is under way where each ends.
select
    bands.record_id,
    bands.band,
    bands.terms_no,
    bands.is_ambiguous,
    bands.total,
    bands.low,
    bands.high,
    steps.low as step_low,
    steps.high as step_high,
    steps.increment,
    coalesce(terms.is_volume, false) as is_volume
from {{ ref('crossed_bands') }} as bands
left join {{ ref('tariff_terms') }} as terms on bands.terms_no = terms.terms_no
left join {{ ref('tariff_steps_in_force') }} as steps
    on
        terms.tariff_id = steps.tariff_id
        and if(
            terms.is_volume,
            bands.total > steps.low and bands.total <= steps.high,
            bands.high >= steps.low and bands.high < steps.high
        )
