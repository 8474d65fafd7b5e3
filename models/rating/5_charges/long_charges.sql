-- Rules 8 and 11: what each long event comes to: its rounded sum, then its minimum if
-- units were left to the steps, then its maximum. No amount: it is out of range.
with

steps as (

    select
        record_id,
        max(rounded_sum) as rounded_sum,
        bool_or(rounded_sum is null) as is_too_large
    from {{ ref('long_steps') }}
    group by record_id

),

beyond as (

    select distinct record_id
    from {{ ref('charged_steps') }}
    where step_no is null

),

uncovered as (

    select
        record_id,
        max(event_units) as units
    from {{ ref('left_parts') }}
    group by record_id

),

with_sum as (

    select
        terms.*,
        segments.segment_count,
        segments.billable_units,
        segments.bundle_units,
        segments.band,
        segments.step_no,
        segments.bundle_id,
        segments.units as segment_units,
        segments.billed_units,
        segments.amount as segment_amount,
        beyond.record_id is not null as is_beyond_last_step,
        uncovered.units as uncovered_units,
        {{ product_within('terms.connection_fee', 'terms.denominator') }} as fee_cost,
        -- bounded: a denominator of 18 digits and a unit of 11
        cast(terms.denominator as decimal(38, 0)) * cast(terms.unit as decimal(11, 0))
            as divisor,
        steps.record_id is not null as has_steps,
        coalesce(steps.is_too_large, false) as is_too_large,
        steps.rounded_sum
    from {{ ref('long_terms') }} as terms
    left join {{ ref('long_units') }} as segments on terms.record_id = segments.record_id
    left join steps on terms.record_id = steps.record_id
    left join beyond on terms.record_id = beyond.record_id
    left join uncovered on terms.record_id = uncovered.record_id

),

rounded as (

    select
        *,
        case
            when denominator is null or fee_cost is null or is_too_large then null
            when has_steps then rounded_sum
            -- bounded: a quotient below 10^18, and at most 27 digits with its unit
            else cast(unit as decimal(38, 0)) * ({{ rounded_within(
                'fee_cost', 'divisor', 'rounding_mode'
            ) }})
        end as rounded_amount
    from with_sum

)

select
    record_id,
    tariff_id,
    band,
    step_no,
    bundle_id,
    segment_units,
    billed_units,
    segment_amount,
    connection_fee,
    is_beyond_last_step,
    coalesce(segment_count, 0L) as segment_count,
    coalesce(billable_units, 0L) as billable_units,
    coalesce(bundle_units, cast(0 as decimal(28, 0))) as bundle_units,
    case
        when rounded_amount < cast('1000000000000000000000000000' as decimal(38, 0)) then
            least(
                greatest(rounded_amount, if(uncovered_units > 0, min_charge, null)),
                max_charge
            )
    end as amount
from rounded
