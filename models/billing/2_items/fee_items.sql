-- Fees and prices of the cycles, with the exchange rate (rule 16) and the tax (rule 15)
-- of the moment that each is priced at.
with

fees as (

    select
        account_id,
        cycle_start,
        'recurring' as line_type,
        subscription_id,
        plan_id,
        plan_id as item_id,
        cast(null as string) as action_id,
        plan_from as item_from,
        charge_currency,
        tax_code,
        cast(charged_days as decimal(38, 6)) as quantity,
        cast(1 as decimal(24, 6)) as factor,
        recurring_fee as charge_amount,
        day_parts,
        day_whole,
        is_prorated,
        priced_at
    from {{ ref('recurring_items') }}
    union all
    select
        bundles.account_id,
        bundles.cycle_start,
        'bundle' as line_type,
        bundles.subscription_id,
        bundles.plan_id,
        bundles.bundle_id as item_id,
        bundles.action_id,
        cast(null as timestamp) as item_from,
        plans.currency as charge_currency,
        bundles.tax_code,
        cast(bundles.quantity as decimal(38, 6)) as quantity,
        bundles.quantity as factor,
        bundles.price as charge_amount,
        1L as day_parts,
        1L as day_whole,
        false as is_prorated,
        bundles.priced_at
    from {{ ref('bundle_items') }} as bundles
    left join {{ ref('plan_terms') }} as plans
        on
            bundles.plan_id = plans.plan_id
            and bundles.priced_at >= plans.valid_from
            and bundles.priced_at < plans.valid_to

),

in_cycles as (

    select
        fees.account_id,
        fees.cycle_start,
        fees.line_type,
        fees.subscription_id,
        fees.plan_id,
        fees.item_id,
        fees.action_id,
        fees.item_from,
        cycles.currency as cycle_currency,
        accounts.tax_profile,
        fees.tax_code,
        fees.quantity,
        fees.factor,
        fees.charge_amount,
        fees.day_parts,
        fees.day_whole,
        fees.is_prorated,
        fees.priced_at,
        coalesce(
            fees.charge_currency, accounts.currency, cycles.currency
        ) as charge_currency
    from fees
    inner join {{ ref('cycles_to_bill') }} as cycles
        on
            fees.account_id = cycles.account_id
            and fees.cycle_start = cycles.cycle_start
    left join {{ ref('account_periods') }} as accounts
        on
            fees.account_id = accounts.account_id
            and fees.priced_at >= accounts.valid_from
            and fees.priced_at < accounts.valid_to

)

select
    fees.*,
    taxes.taxed_profile,
    taxes.taxed_code,
    taxes.tax_from,
    taxes.rate_percent as tax_rate,
    taxes.basis as tax_basis,
    rates.valid_from as rate_from,
    rates.rate as exchange_rate
from in_cycles as fees
left join {{ ref('applicable_taxes') }} as taxes
    on
        coalesce(fees.tax_profile, '') = taxes.tax_profile
        and coalesce(fees.tax_code, '') = taxes.tax_code
        and fees.priced_at >= taxes.valid_from
        and fees.priced_at < taxes.valid_to
left join {{ known('exchange_rates') }} as rates
    on
        fees.charge_currency = rates.from_currency
        and fees.cycle_currency = rates.to_currency
        and fees.charge_currency != fees.cycle_currency
        and fees.priced_at >= {{ open_from('rates.valid_from') }}
        and fees.priced_at < {{ open_to('rates.valid_to') }}
