-- Rules 4 and 5: where the events of each case came from and went to.
with

networks as (

    select
        network,
        min(zone) as zone
    from {{ known('roaming_networks') }}
    group by network

),

located as (

    select
        cases.case_id,
        cases.plan_id,
        cases.serving_network,
        cases.prefix,
        cases.valid_from,
        cases.valid_to,
        cases.tariff_service,
        cases.direction,
        cases.epoch_no,
        own.zone as own_zone,
        own.leading_part as own_prefix,
        standby.zone as standby_zone,
        standby.leading_part as standby_prefix,
        coalesce(cases.plan_id, '') as of_plan_id,
        if(
            cases.serving_network = '', 'home', coalesce(networks.zone, countries.zone)
        ) as roaming_zone
    from {{ ref('cases') }} as cases
    left join networks on cases.serving_network = networks.network
    left join networks as countries
        on substr(cases.serving_network, 1, 3) = countries.network
    left join {{ ref('case_destinations') }} as own
        on
            coalesce(cases.plan_id, '') = own.of_plan_id
            and cases.tariff_service = own.tariff_service
            and cases.epoch_no = own.epoch_no
            and cases.prefix = own.prefix
            and own.level = 1
    left join {{ ref('case_destinations') }} as standby
        on
            coalesce(cases.plan_id, '') = standby.of_plan_id
            and cases.tariff_service = standby.tariff_service
            and cases.epoch_no = standby.epoch_no
            and cases.prefix = standby.prefix
            and standby.level = 2

)

select * from located
