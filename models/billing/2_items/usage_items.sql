-- Rules 12 to 16: the usage of the cycles, summed by what makes lines and discounts of it.
-- All of a sum lies in one stretch of time, so that a line's usage is known by when it was.
{%- set told_by = [
    'account_id', 'cycle_start', 'subscription_id', 'plan_id', 'item_id', 'item_from', 'service', 'direction',
    'destination_zone', 'roaming_zone', 'charge_currency', 'cycle_currency', 'tax_profile', 'tax_code',
    'taxed_profile', 'taxed_code', 'tax_from', 'tax_rate', 'tax_basis', 'rate_from', 'exchange_rate',
    'account_stretch_from', 'plan_stretch_from',
] %}
with

plans as (

    select distinct plan_id from {{ known('plans') }}

),

usages as (

    select
        outcomes.*,
        cycles.currency as cycle_currency,
        coalesce(plans.plan_id, '*') as discounted_plan_id
    from {{ ref('usage_outcomes') }} as outcomes
    inner join {{ ref('cycles_to_bill') }} as cycles
        on
            outcomes.account_id = cycles.account_id
            and outcomes.cycle_start = cycles.cycle_start
    left join plans on outcomes.plan_id = plans.plan_id
    where
        outcomes.disposition = 'rated'
        and {{ is_day_of_cycles('outcomes.event_date', ref('cycles_to_bill')) }}

),

with_terms as (

    select
        usages.*,
        usages.tariff_id as item_id,
        usages.currency as charge_currency,
        tariffs.valid_from as item_from,
        tariffs.tax_code,
        accounts.tax_profile,
        accounts.valid_from as account_from,
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
    left join {{ ref('discount_stretches') }} as plan_stretches
        on
            usages.discounted_plan_id = plan_stretches.holder_id
            and plan_stretches.holder = 'plan'
            and usages.started_at >= plan_stretches.valid_from
            and usages.started_at < plan_stretches.valid_to

),

priced as (

    select
        usages.*,
        taxes.taxed_profile,
        taxes.taxed_code,
        taxes.tax_from,
        taxes.valid_from as tax_stretch_from,
        taxes.rate_percent as tax_rate,
        taxes.basis as tax_basis,
        rates.valid_from as rate_from,
        rates.rate as exchange_rate
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

)

select
    {{ told_by | join(',\n    ') }},
    -- bounded: below 10^12 each, and this has 38 digits
    cast(sum(quantity) as decimal(38, 6)) as quantity,
    -- bounded: below 10^17 each, and this has 38 digits
    cast(sum(charge_amount) as decimal(38, 10)) as charge_amount,
    count(*) as event_count,
    min(started_at) as priced_at,
    max(started_at) as last_started_at
from priced
group by {{ told_by | join(', ') }}, account_from, tax_stretch_from
