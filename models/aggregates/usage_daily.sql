{{
    config(
        materialized='summed_rows',
        sum_keys=['account_id', 'usage_date', 'service', 'destination_zone', 'currency'],
        sums=['events', 'quantity', 'charge_amount'],
        row_count='events',
        partition_by=['usage_date'],
        statistics_on=['events'],
    )
}}

with

charges as (

    select * from {{ changes_or_all(ref('usage_charges')) }}

),

summed as (

    select
        account_id,
        usage_date,
        service,
        destination_zone,
        currency,
        sum(change_sign) as events,
        cast(sum(change_sign * quantity) as decimal(38, 6)) as quantity,
        -- a product with the sign would have a decimal less
        cast(
            sum(if(change_sign > 0, charge_amount, -charge_amount)) as decimal(38, 10)
        ) as charge_amount
    from charges
    group by account_id, usage_date, service, destination_zone, currency

)

select * from summed
