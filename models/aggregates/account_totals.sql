{{
    config(
        materialized='summed_rows',
        sum_keys=['account_id', 'currency'],
        sums=['posting_count', 'unbilled_amount', 'paid_amount'],
        row_count='posting_count',
        statistics_on=['posting_count'],
    )
}}

with

charges as (

    select
        account_id,
        currency,
        cast(change_sign as bigint) as posting_count,
        -- a product with the sign would have a decimal less
        cast(
            if(change_sign > 0, charge_amount, -charge_amount) as decimal(38, 10)
        ) as unbilled_amount,
        cast(0 as decimal(38, 10)) as paid_amount
    from {{ changes_or_all(ref('usage_charges')) }}

),

new_payments as (

    select
        account_id,
        currency,
        1L as posting_count,
        cast(0 as decimal(38, 10)) as unbilled_amount,
        cast(paid_amount as decimal(38, 10)) as paid_amount
    from {{ ref('stg_payments') }}
    {% if not is_rebuilt() %}
    where run_id > {{ var('last_run_id') }}
    {% endif %}

),

postings as (

    select * from charges
    union all
    select * from new_payments

),

summed as (

    select
        account_id,
        currency,
        sum(posting_count) as posting_count,
        cast(sum(unbilled_amount) as decimal(38, 10)) as unbilled_amount,
        cast(sum(paid_amount) as decimal(38, 10)) as paid_amount
    from postings
    group by account_id, currency

)

select * from summed
