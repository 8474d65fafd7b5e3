-- What decides the outcome of an event that goes the long way: its charge, and whether one
-- of its bands has no tariff, or no single one. An event of which no band has a tariff has
-- parts, and no charge.
with

of_parts as (

    select
        record_id,
        bool_or(terms_no is null) as has_no_tariff,
        bool_or(is_ambiguous) as is_ambiguous
    from {{ ref('band_parts') }}
    group by record_id

)

select
    long_charges.record_id,
    long_charges.tariff_id,
    long_charges.band,
    long_charges.step_no,
    long_charges.bundle_id,
    long_charges.segment_count,
    long_charges.bundle_units,
    long_charges.billable_units,
    long_charges.segment_units,
    long_charges.billed_units,
    long_charges.connection_fee,
    long_charges.segment_amount,
    long_charges.amount,
    long_charges.is_beyond_last_step,
    of_parts.has_no_tariff,
    of_parts.is_ambiguous,
    coalesce(long_charges.record_id, of_parts.record_id) as of_record_id
from {{ ref('long_charges') }} as long_charges
full outer join of_parts on long_charges.record_id = of_parts.record_id
