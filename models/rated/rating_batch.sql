{{ config(materialized='table') }}

-- One row per dirty usage record of the last run: its disposition and, when it is
-- rated, its charge. The tables of results are written from here, so that an event is
-- rated once a run.
with

usages as (

    select
        *,
        case
            when disposition is not null then reason
            when subscription_id is null then 'unknown_subscriber'
            when status = 'suspended' then 'subscription_suspended'
            when account_currency is null then 'unknown_account'
            when roaming_zone is null then 'unknown_network'
            when has_no_tariff then 'no_tariff'
            when is_ambiguous then 'ambiguous_tariff'
            when currency != account_currency then 'currency_mismatch'
            when is_beyond_last_step then 'beyond_last_step'
            when not is_in_range or amount is null then 'amount_out_of_range'
        end as final_reason
    from {{ ref('priced_usages') }}

),

with_disposition as (

    select
        * except (disposition, reason, final_reason),
        coalesce(
            disposition,
            if(final_reason is null, 'rated', 'suspended')
        ) as disposition,
        final_reason as reason,
        if(quantity < 0, -1, 1) as sign,
        if(
            size(segments) = 1,
            get(segments, 0).units,
            aggregate(segments, 0L, (sum, segment) -> sum + segment.units)
        ) as billable_units,
        aggregate(covered, 0L, (sum, part) -> sum + part.taken_units) as bundle_units,
        to_date(from_utc_timestamp(started_at, time_zone)) as usage_date
    from usages

),

final as (

    select
        file_id,
        record_no,
        event_id,
        is_new,
        event_date,
        disposition,
        reason,
        account_id,
        subscription_id,
        plan_id,
        card.tariff_id,
        service,
        direction,
        coalesce(if(is_default, default_zone, own_zone), any_zone) as destination_zone,
        coalesce(if(is_default, default_prefix, own_prefix), any_prefix)
            as destination_prefix,
        roaming_zone,
        started_at,
        usage_date,
        {{ cycle_start('usage_date', 'bill_day') }} as cycle_start,
        quantity,
        record_quantity,
        merged_into,
        {{ unscaled_units('sign * bundle_units') }} as bundle_units,
        {{ unscaled_units('sign * billable_units') }} as billable_units,
        currency,
        {{ unscaled_money('sign * fee') }} as connection_fee,
        {{ unscaled_money('sign * amount') }} as charge_amount,
        concat(
            {{ bundle_segments('covered') }},
            {{ step_segments('segments', 'size(covered)') }}
        ) as segments
    from with_disposition

)

select * from final
