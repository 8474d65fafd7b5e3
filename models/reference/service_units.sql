-- The services that the reference tells apart, and which of them are timed: their
-- quantity is a length in seconds that can cross bands. Any other word is `*` to the
-- tariffs.
with

declared as (

    select
        service,
        is_timed
    from {{ known('services') }}

),

known_services as (

    select service from declared
    union
    select service
    from {{ known('tariffs') }}
    where service != '*'
    union
    select col1 as service
    from values ('voice'), ('sms'), ('data'), ('content') as words (col1)

),

final as (

    select
        known_services.service,
        coalesce(declared.is_timed, known_services.service = 'voice') as is_timed
    from known_services
    left join declared on known_services.service = declared.service

)

select * from final
