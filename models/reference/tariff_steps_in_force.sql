-- Rule 9: the steps of each tariff, where they begin and end. The last one of a tariff
-- whose last price holds on (`last_price`) has no end.
with

tariffs as (

    select
        tariff_id,
        max(beyond_last_step = 'last_price') as has_last_price
    from {{ known('tariffs') }}
    group by tariff_id

),

rates as (

    select
        *,
        row_number() over (partition by tariff_id order by step_no desc) as from_last
    from {{ source('reference', 'step_rates') }}

),

final as (

    select
        rates.tariff_id,
        rates.step_no,
        rates.low,
        if(
            rates.high is null or (tariffs.has_last_price and rates.from_last = 1),
            {{ no_end() }},
            rates.high
        ) as high,
        rates.increment,
        rates.flat_fee,
        rates.numerator,
        rates.denominator
    from rates
    inner join tariffs on rates.tariff_id = tariffs.tariff_id

)

select * from final
