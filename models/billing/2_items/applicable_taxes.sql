-- Rule 15: which tax is for a profile and code, by the stretches in which no tax begins
-- or ends: a row for the very profile goes first, then one for the very code.
with

-- each with the names of taxes that are for it: its own, and any
profile_names as (

    select distinct
        coalesce(tax_profile, '') as tax_profile,
        explode(array(coalesce(tax_profile, ''), '*')) as taxed_profile
    from {{ ref('account_periods') }}

),

code_names as (

    select distinct
        coalesce(tax_code, '') as tax_code,
        explode(array(coalesce(tax_code, ''), '*')) as taxed_code
    from (
        select tax_code from {{ known('tariffs') }}
        union
        select tax_code from {{ known('plans') }}
        union
        select tax_code from {{ known('bundles') }}
    ) as codes

),

candidates as (

    select
        profile_names.tax_profile,
        code_names.tax_code,
        taxes.tax_profile as taxed_profile,
        taxes.tax_code as taxed_code,
        taxes.rate_percent,
        coalesce(taxes.basis, 'net') as basis,
        taxes.valid_from as tax_from,
        {{ open_from('taxes.valid_from') }} as valid_from,
        {{ open_to('taxes.valid_to') }} as valid_to
    from {{ known('taxes') }} as taxes
    inner join profile_names on taxes.tax_profile = profile_names.taxed_profile
    inner join code_names on taxes.tax_code = code_names.taxed_code

),

moments as (

    select distinct
        tax_profile,
        tax_code,
        explode(array(valid_from, valid_to)) as moment
    from candidates

),

stretches as (

    select
        tax_profile,
        tax_code,
        moment as valid_from,
        lead(moment) over (partition by tax_profile, tax_code order by moment) as valid_to
    from moments

),

ranked as (

    select
        candidates.tax_profile,
        candidates.tax_code,
        candidates.taxed_profile,
        candidates.taxed_code,
        candidates.rate_percent,
        candidates.basis,
        candidates.tax_from,
        stretches.valid_from,
        stretches.valid_to,
        row_number() over (
            partition by candidates.tax_profile, candidates.tax_code, stretches.valid_from
            order by
                if(candidates.taxed_profile = '*', 1, 0),
                if(candidates.taxed_code = '*', 1, 0)
        ) as place
    from candidates
    inner join stretches
        on
            candidates.tax_profile = stretches.tax_profile
            and candidates.tax_code = stretches.tax_code
            and candidates.valid_from <= stretches.valid_from
            and candidates.valid_to >= stretches.valid_to

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
