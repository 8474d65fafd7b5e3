-- What each event comes to that has an owner: its charge in 10^-10 of the currency and
-- units in 10^-6, or the first reason, by precedence, that suspends it.
with

with_charge as (

    select
        usages.*,
        if(long_outcomes.record_id is null, usages.bundle_id, long_outcomes.bundle_id)
            as charged_bundle_id,
        coalesce(long_outcomes.has_no_tariff, usages.terms_no is null) as has_no_tariff,
        coalesce(long_outcomes.is_ambiguous, usages.is_ambiguous) as has_ambiguous_tariff,
        coalesce(long_outcomes.is_beyond_last_step, false) as is_beyond_last_step,
        coalesce(long_outcomes.tariff_id, usages.tariff_id) as charged_tariff_id,
        coalesce(long_outcomes.segment_count, usages.segment_count) as charged_segment_count,
        if(long_outcomes.record_id is null, nullif(usages.band, ''), long_outcomes.band)
            as segment_band,
        if(long_outcomes.record_id is null, usages.step_no, long_outcomes.step_no)
            as segment_step_no,
        -- a bundle alone that did not cover the whole event, whose rest was free
        coalesce(
            coalesce(long_outcomes.segment_count, usages.segment_count) > 1 or (
                long_outcomes.bundle_id is not null
                and long_outcomes.segment_units != usages.total
            ),
            false
        ) as has_stored_segments,
        coalesce(long_outcomes.bundle_units, usages.bundle_units) as charged_bundle_units,
        coalesce(long_outcomes.billable_units, usages.left_units) as billable_units,
        coalesce(
            long_outcomes.billed_units, greatest(usages.billed_units, usages.most_taken)
        ) as segment_billed_units,
        coalesce(
            long_outcomes.connection_fee, cast(usages.connection_fee as decimal(38, 0))
        ) as charged_fee,
        coalesce(
            long_outcomes.segment_amount,
            cast(
                if(
                    usages.most_taken is null,
                    usages.step_amount,
                    greatest(usages.step_amount, 0L)
                ) as decimal(38, 0)
            )
        ) as segment_amount,
        if(
            long_outcomes.record_id is null,
            cast(usages.amount as decimal(38, 0)),
            long_outcomes.amount
        ) as charged_amount
    from {{ ref('short_charges') }} as usages
    left join {{ ref('long_outcomes') }} as long_outcomes
        on usages.record_id = long_outcomes.of_record_id

)

select
    record_id,
    event_id,
    account_id,
    subscription_id,
    plan_id,
    charged_tariff_id,
    service,
    direction,
    roaming_zone,
    destination_zone,
    destination_prefix,
    segment_band,
    segment_step_no,
    charged_bundle_id,
    currency,
    charged_segment_count,
    has_stored_segments,
    quantity,
    record_quantity,
    charged_bundle_units,
    billable_units,
    segment_billed_units,
    charged_fee,
    segment_amount,
    charged_amount,
    started_at,
    event_date,
    usage_date,
    cycle_start,
    cast(if(quantity < 0, -1, 1) as decimal(1, 0)) as sign,
    case
        when roaming_zone is null then 'unknown_network'
        when has_no_tariff then 'no_tariff'
        when has_ambiguous_tariff then 'ambiguous_tariff'
        when not is_convertible then 'currency_mismatch'
        when is_beyond_last_step then 'beyond_last_step'
        when not is_in_range or charged_amount is null then 'amount_out_of_range'
    end as reason
from with_charge
