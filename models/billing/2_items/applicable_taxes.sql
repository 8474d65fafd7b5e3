-- Rule 15: which tax is for a profile and code, by the stretches in which no tax begins
-- or ends: a row for the very profile goes first, then one for the very code.
with

taxes as (

    select
        tax_profile,
        tax_code,
        rate_percent,
        coalesce(basis, 'net') as basis,
        valid_from as tax_from,
        {{ open_from('valid_from') }} as valid_from,
        {{ open_to('valid_to') }} as valid_to
    from {{ known('taxes') }}

),

moments as (

    select valid_from as moment from taxes
    union
    select valid_to as moment from taxes

),

stretches as (

    select
        moment as valid_from,
        lead(moment) over (order by moment) as valid_to
    from moments

),

profiles as (

    select distinct coalesce(tax_profile, '') as tax_profile
    from {{ ref('account_periods') }}

),

codes as (

    select '' as tax_code
    union
    select tax_code
    from {{ known('tariffs') }}
    where tax_code is not null
    union
    select tax_code
    from {{ known('plans') }}
    where tax_code is not null
    union
    select tax_code
    from {{ known('bundles') }}
    where tax_code is not null

),

ranked as (

    select
        profiles.tax_profile,
        codes.tax_code,
        taxes.tax_profile as taxed_profile,
        taxes.tax_code as taxed_code,
        taxes.rate_percent,
        taxes.basis,
        taxes.tax_from,
        stretches.valid_from,
        stretches.valid_to,
        row_number() over (
            partition by profiles.tax_profile, codes.tax_code, stretches.valid_from
            order by
                if(taxes.tax_profile = '*', 1, 0), if(taxes.tax_code = '*', 1, 0)
        ) as place
    from taxes
    inner join stretches
        on
            taxes.valid_from <= stretches.valid_from
            and taxes.valid_to >= stretches.valid_to
    inner join profiles on taxes.tax_profile in ('*', profiles.tax_profile)
    inner join codes on taxes.tax_code in ('*', codes.tax_code)

)

select
    tax_profile,
    tax_code,
    taxed_profile,
    taxed_code,
    rate_percent,
    basis,
    tax_from,
    valid_from,
    valid_to
from ranked
where place = 1
