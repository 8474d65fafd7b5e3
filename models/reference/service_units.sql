-- The services that the reference tells apart, and which of them are timed: their
-- quantity is a length in seconds that can cross bands. Any other service is `*` to the
-- tariffs.
with

declared as (

    select * from {{ known(ref('services')) }}

),

known_services as (

    select service from declared
    union
    select service
    from {{ ref('tariff_cards') }}
    where service != '*'
    union
    select explode(array('voice', 'sms', 'data', 'content'))

),

final as (

    select
        known_services.service,
        coalesce(declared.is_timed, known_services.service = 'voice') as is_timed
    from known_services
    left join declared on known_services.service = declared.service

)

select * from final
