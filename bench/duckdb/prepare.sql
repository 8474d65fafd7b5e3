-- Not timed: the small tables that rating looks things up in, as Ratelake has settled them, each loaded
-- into memory and given a number where a join would otherwise carry a nested value.
set timezone = 'UTC';

create table subscription_periods as
select * from read_parquet(getvariable('folder') || '/subscription_periods/*.parquet');

create table account_periods as
select * from read_parquet(getvariable('folder') || '/account_periods/*.parquet');

create table services as
select * from read_parquet(getvariable('folder') || '/service_units/*.parquet');

create table plans as
select
    plan_id,
    max_by(currency, coalesce(valid_from, timestamptz '0001-01-01 00:00:00Z'))
        as currency
from read_parquet(getvariable('folder') || '/plans/*.parquet')
group by plan_id;

create table plan_calendars as
select * from read_parquet(getvariable('folder') || '/plan_calendars/*.parquet');

create table networks as
select
    network,
    min(zone) as zone
from read_parquet(getvariable('folder') || '/roaming_networks/*.parquet')
group by network;

create table currencies as
select * from read_parquet(getvariable('folder') || '/currencies/*.parquet');

create table plan_zones as
select * from read_parquet(getvariable('folder') || '/plan_zones/*.parquet');

create table number_ranges as
select * from read_parquet(getvariable('folder') || '/number_ranges/*.parquet');

create table band_hours as
select
    calendar_id,
    time_zone,
    epoch_us(hour_start) // 3600000000 as hour_no,
    bands
from read_parquet(getvariable('folder') || '/band_hours/*.parquet');

create table choices as
select
    *,
    row_number() over () as choice_id
from read_parquet(getvariable('folder') || '/tariff_choices/*.parquet');

create table choice_bands as
select
    choice_id,
    entry.key as band,
    entry.value.card,
    entry.value.is_ambiguous
from (select
    choice_id,
    unnest(map_entries(band_cards)) as entry
from choices);

create table cards as
select
    row_number() over () as card_id,
    card,
    card.tariff_id,
    card.tier_scope,
    card.beyond_last_step,
    card.rounding_scale,
    card.rounding_mode,
    card.connection_fee::hugeint as connection_fee,
    card.min_charge::hugeint as min_charge,
    card.max_charge::hugeint as max_charge,
    card.denominator::hugeint as denominator
from (select distinct card from choice_bands);

create table card_steps as
select
    card_id,
    card.tier_mode = 'volume' as is_volume,
    step.step_no,
    step.low,
    step.high,
    step.increment,
    step.flat_fee::hugeint as flat_fee,
    step.numerator::hugeint as numerator
from (select
    card_id,
    card,
    unnest(card.steps) as step
from cards);

-- each choice by every band that there is: one that it does not name falls under `*`
create table choice_cards as
with bands as (
    select distinct band from choice_bands
    union
    select distinct unnest(bands).band from band_hours
)

select
    choices.choice_id,
    bands.band,
    coalesce(named.is_ambiguous, any_band.is_ambiguous) as is_ambiguous,
    cards.card_id
from choices
cross join bands
left join choice_bands as named
    on choices.choice_id = named.choice_id and bands.band = named.band
left join choice_bands as any_band
    on choices.choice_id = any_band.choice_id and any_band.band = '*'
inner join cards on coalesce(named.card, any_band.card) = cards.card
where bands.band is not null;

create macro longest(is_timed) as if(is_timed, 2678400.000001, 1000000000000);

create macro rounded_up(units, increment) as
coalesce((units + increment - 1) // increment * increment, units);

-- where the increment ends that is in force when a band ends
create macro part_end(
    band_end, total, start, step_low, step_high, increment, is_volume
) as
least(total, case
    when band_end >= total then total
    when step_low is null then band_end
    when is_volume then start + rounded_up(band_end - start, increment)
    else least(
        step_high,
        greatest(step_low, start)
        + rounded_up(band_end - greatest(step_low, start), increment)
    )
end);

create macro rounded_quotient(numerator, denominator, mode) as
numerator // denominator + case
    when mode = 'down' then 0
    when mode = 'up' then if(numerator % denominator > 0, 1, 0)
    when 2 * (numerator % denominator) > denominator then 1
    when 2 * (numerator % denominator) < denominator then 0
    when mode = 'half_even' then (numerator // denominator) % 2
    else 1
end;

-- money is whole 10^-10 of the currency, units whole 10^-6
create macro unit_of(scale) as ([
    10000000000,
    1000000000,
    100000000,
    10000000,
    1000000,
    100000,
    10000,
    1000,
    100,
    10,
    1
])[scale + 1]::hugeint;

create macro money_of(scaled) as (
    scaled::decimal(28, 0) * 0.0000000001::decimal(10, 10)
)::decimal(28, 10);

create macro units_of(scaled) as (
    scaled::decimal(19, 0) * 0.000001::decimal(6, 6)
)::decimal(24, 6);

create macro local_date(moment, time_zone) as timezone(time_zone, moment)::date;

create macro cycle_start(day, bill_day) as
(
    make_date(year(day), month(day), bill_day)
    - to_months(if(day(day) >= bill_day, 0, 1))
)::date;
