-- Rules 5 and 7: the stretches of time between two moments at which a tariff or a
-- destination begins or ends. Within one of them a case is settled once.
with

moments as (

    select {{ open_from('valid_from') }} as moment from {{ known('tariffs') }}
    union
    select {{ open_to('valid_to') }} as moment from {{ known('tariffs') }}
    union
    select {{ open_from('valid_from') }} as moment from {{ known('destinations') }}
    union
    select {{ open_to('valid_to') }} as moment from {{ known('destinations') }}
    union
    select timestamp '0001-01-01 00:00:00' as moment
    union
    select timestamp '9999-12-31 00:00:00' as moment

),

with_end as (

    select
        moment as valid_from,
        lead(moment) over (order by moment) as valid_to
    from moments

),

final as (

    select
        cast(row_number() over (order by valid_from) as bigint) as epoch_no,
        valid_from,
        valid_to
    from with_end
    where valid_to is not null

)

select * from final
