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
            when is_period_scope then 'period_scope_not_rated'
            when is_beyond_last_step then 'beyond_last_step'
            when currency != account_currency then 'currency_mismatch'
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
        {{ unscaled_units('sign * billable_units') }} as billable_units,
        currency,
        {{ unscaled_money('sign * fee') }} as connection_fee,
        {{ unscaled_money('sign * amount') }} as charge_amount,
        {% call(segment, position) each('segments') -%}
            struct(
                {{ position }} + 1 as segment_no,
                {{ segment }}.band as band,
                {{ segment }}.step_no as step_no,
                {{ unscaled_units('sign * ' ~ segment ~ '.units') }} as units,
                {{ unscaled_units('sign * ' ~ segment ~ '.billed_units') }}
                    as billed_units,
                {{ unscaled_money(
                    'sign * (get(rounded_sums, ' ~ position ~ ') - if('
                    ~ position ~ ' = 0, fee, get(rounded_sums, ' ~ position ~ ' - 1)))'
                ) }} as amount
            )
        {%- endcall %} as segments
    from with_disposition

)

select * from final
