-- Rules 12 to 16: the usage of the cycles, summed by what makes lines and discounts of it.
with

usages as (

    select
        outcomes.*,
        cycles.currency as cycle_currency
    from {{ ref('usage_outcomes') }} as outcomes
    inner join {{ ref('cycles_to_bill') }} as cycles
        on
            outcomes.account_id = cycles.account_id
            and outcomes.cycle_start = cycles.cycle_start
    where
        outcomes.disposition = 'rated'
        and {{ is_day_of_cycles('outcomes.event_date', ref('cycles_to_bill')) }}

),

plans as (

    select distinct plan_id from {{ known('plans') }}

),

with_terms as (

    select
        usages.*,
        tariffs.valid_from as item_from,
        tariffs.tax_code,
        accounts.tax_profile,
        account_stretches.valid_from as account_stretch_from,
        plan_stretches.valid_from as plan_stretch_from
    from usages
    left join {{ known('tariffs') }} as tariffs
        on
            usages.tariff_id = tariffs.tariff_id
            and usages.started_at >= {{ open_from('tariffs.valid_from') }}
            and usages.started_at < {{ open_to('tariffs.valid_to') }}
    left join {{ ref('account_periods') }} as accounts
        on
            usages.account_id = accounts.account_id
            and usages.started_at >= accounts.valid_from
            and usages.started_at < accounts.valid_to
    left join {{ ref('discount_stretches') }} as account_stretches
        on
            usages.account_id = account_stretches.holder_id
            and account_stretches.holder = 'account'
            and usages.started_at >= account_stretches.valid_from
            and usages.started_at < account_stretches.valid_to
    left join plans on usages.plan_id = plans.plan_id
    left join {{ ref('discount_stretches') }} as plan_stretches
        on
            coalesce(plans.plan_id, '*') = plan_stretches.holder_id
            and plan_stretches.holder = 'plan'
            and usages.started_at >= plan_stretches.valid_from
            and usages.started_at < plan_stretches.valid_to

)

select
    usages.account_id,
    usages.cycle_start,
    usages.subscription_id,
    usages.plan_id,
    usages.tariff_id as item_id,
    usages.item_from,
    usages.service,
    usages.direction,
    usages.destination_zone,
    usages.roaming_zone,
    usages.currency as charge_currency,
    usages.cycle_currency,
    usages.tax_profile,
    usages.tax_code,
    taxes.taxed_profile,
    taxes.taxed_code,
    taxes.tax_from,
    taxes.rate_percent as tax_rate,
    taxes.basis as tax_basis,
    rates.valid_from as rate_from,
    rates.rate as exchange_rate,
    usages.account_stretch_from,
    usages.plan_stretch_from,
    -- bounded: below 10^12 each, and this has 38 digits
    cast(sum(usages.quantity) as decimal(38, 6)) as quantity,
    -- bounded: below 10^17 each, and this has 38 digits
    cast(sum(usages.charge_amount) as decimal(38, 10)) as charge_amount,
    count(*) as event_count,
    min(usages.started_at) as priced_at,
    max(usages.started_at) as last_started_at
from with_terms as usages
left join {{ ref('applicable_taxes') }} as taxes
    on
        coalesce(usages.tax_profile, '') = taxes.tax_profile
        and coalesce(usages.tax_code, '') = taxes.tax_code
        and usages.started_at >= taxes.valid_from
        and usages.started_at < taxes.valid_to
left join {{ known('exchange_rates') }} as rates
    on
        usages.currency = rates.from_currency
        and usages.cycle_currency = rates.to_currency
        and usages.currency != usages.cycle_currency
        and usages.started_at >= {{ open_from('rates.valid_from') }}
        and usages.started_at < {{ open_to('rates.valid_to') }}
group by
    usages.account_id,
    usages.cycle_start,
    usages.subscription_id,
    usages.plan_id,
    usages.tariff_id,
    usages.item_from,
    usages.service,
    usages.direction,
    usages.destination_zone,
    usages.roaming_zone,
    usages.currency,
    usages.cycle_currency,
    usages.tax_profile,
    usages.tax_code,
    taxes.taxed_profile,
    taxes.taxed_code,
    taxes.tax_from,
    taxes.rate_percent,
    taxes.basis,
    rates.valid_from,
    rates.rate,
    usages.account_stretch_from,
    usages.plan_stretch_from
