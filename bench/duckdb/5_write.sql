-- The three tables of results, to Parquet with the compression that Ratelake writes.
create temp table results as
select
    located.*,
    segments.* exclude (record_key, total),
    if(segments.total > 0, least(greatest(segments.running_amount, min_charge), max_charge), 0) as amount,
    case
        when located.subscription_id is null then 'unknown_subscriber'
        when located.status = 'suspended' then 'subscription_suspended'
        when located.account_currency is null then 'unknown_account'
        when located.roaming_zone is null then 'unknown_network'
        when segments.has_no_tariff then 'no_tariff'
        when segments.is_ambiguous then 'ambiguous_tariff'
        when located.currency != located.account_currency then 'currency_mismatch'
        when segments.is_beyond_last_step then 'beyond_last_step'
        when not located.is_in_range then 'amount_out_of_range'
    end as reason
from located
inner join segments on located.record_key = segments.record_key and segments.is_last;

copy (
    select
        event_id,
        file_id,
        record_no,
        account_id,
        subscription_id,
        plan_id,
        tariff_id,
        service,
        direction,
        if(is_default, coalesce(default_zone, any_zone), coalesce(own_zone, any_zone))
            as destination_zone,
        if(is_default, coalesce(default_prefix, any_prefix), coalesce(own_prefix, any_prefix))
            as destination_prefix,
        roaming_zone,
        started_at,
        started_at::date as event_date,
        local_date(started_at, time_zone) as usage_date,
        cycle_start(local_date(started_at, time_zone), bill_day) as cycle_start,
        quantity,
        0::decimal(24, 6) as bundle_units,
        units_of(if(quantity < 0, -covered, covered)) as billable_units,
        currency,
        money_of(if(quantity < 0, -fee, fee)) as connection_fee,
        money_of(if(quantity < 0, -amount, amount)) as charge_amount
    from results
    where reason is null
) to (getvariable('folder') || '/rated_by_duckdb/usage_charges.parquet') (compression zstd);

copy (
    select
        results.event_id,
        results.file_id,
        results.record_no,
        segments.segment_no,
        segments.band,
        segments.step_no,
        null::varchar as bundle_id,
        results.started_at::date as event_date,
        units_of(sign(results.quantity)::bigint * segments.units) as units,
        units_of(sign(results.quantity)::bigint * segments.billed_units) as billed_units,
        money_of(sign(results.quantity)::bigint * (segments.running_amount - coalesce(
            before.running_amount, results.fee
        ))) as amount
    from results
    inner join segments on results.record_key = segments.record_key and segments.units > 0
    left join segments as before
        on
            segments.segment_no > 1
            and segments.record_key = before.record_key
            and segments.segment_no - 1 = before.segment_no
    where results.reason is null
) to (getvariable('folder') || '/rated_by_duckdb/usage_charge_segments.parquet') (compression zstd);

copy (
    select
        usages.file_id,
        usages.record_no,
        usages.event_id,
        usages.service,
        coalesce(resolutions.disposition, if(results.reason is null, 'rated', 'suspended')) as disposition,
        coalesce(resolutions.reason, results.reason) as reason,
        usages.started_at::date as event_date,
        usages.quantity
    from usages
    left join resolutions on usages.record_key = resolutions.record_key
    left join results on usages.record_key = results.record_key
) to (getvariable('folder') || '/rated_by_duckdb/usage_dispositions.parquet') (compression zstd);
