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
    max_by(currency, coalesce(valid_from, timestamptz '0001-01-01 00:00:00Z')) as currency
from read_parquet(getvariable('folder') || '/plans/*.parquet')
group by plan_id;

create table plan_calendars as
select * from read_parquet(getvariable('folder') || '/plan_calendars/*.parquet');

create table networks as
select network, min(zone) as zone
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
select *, row_number() over () as choice_id
from read_parquet(getvariable('folder') || '/tariff_choices/*.parquet');

create table choice_bands as
select choice_id, unnest(map_entries(band_cards), recursive := false) as entry
from choices;

create table cards as
select
    row_number() over () as card_id,
    tariff_id,
    tier_scope,
    tier_mode,
    beyond_last_step,
    rounding_scale,
    rounding_mode,
    connection_fee::hugeint as connection_fee,
    min_charge::hugeint as min_charge,
    max_charge::hugeint as max_charge,
    denominator::hugeint as denominator,
    list_transform(steps, lambda step: struct_pack(
        step_no := step.step_no,
        low := step.low,
        high := step.high,
        increment := step.increment,
        flat_fee := step.flat_fee::hugeint,
        numerator := step.numerator::hugeint
    )) as steps,
    list_max(list_transform(steps, lambda step: step.high)) as end_of_steps,
    card
from (select distinct entry.value.card as card from choice_bands) as distinct_cards,
    lateral (select unnest(card)) as fields;
