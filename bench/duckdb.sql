-- The joins that price a record, as DuckDB does them: the floor that the rating is held against.
-- They read raw.usage, and tables that a run makes only when facts change: who held what when,
-- tariffs in whole numbers (10^-10 of the currency, 10^-6 of a unit). They price what lies in one
-- band and a first step, and know no corrections, sessions of several records, bundles, cycles.

-- the stretches of time in which no tariff and no destination begins or ends
create table epochs as
select moment as valid_from, lead(moment, 1, 'infinity') over (order by moment) as valid_to
from (select unnest([valid_from, valid_to]) as moment from reference.tariff_terms
    union select unnest([valid_from, valid_to]) from reference.destinations);

-- whose each record is, and what decides its price
create table events as
select
    usage.record_id, usage.event_id, usage.service, holders.account_id, holders.subscription_id,
    holders.plan_id, accounts.currency, accounts.time_zone,
    coalesce(services.service, '*') as tariff_service, coalesce(is_timed, false) as is_timed,
    coalesce(direction, 'out') as direction, coalesce(serving_network, '') as network,
    coalesce(counterparty_prefix, '') as prefix, epochs.valid_from as epoch,
    usage.started_at, usage.quantity, cast(abs(quantity) * 1000000 as bigint) as total
from raw.usage
inner join customers.subscription_periods as holders
    on usage.subscriber = holders.subscriber
    and started_at >= holders.valid_from and started_at < holders.valid_to
inner join customers.account_periods as accounts
    on holders.account_id = accounts.account_id
    and started_at >= accounts.valid_from and started_at < accounts.valid_to
inner join epochs on started_at >= epochs.valid_from and started_at < epochs.valid_to
left join reference.service_units as services on usage.service = services.service
where holders.status != 'suspended' and (session_id is null or partial_no is null)
    and abs(quantity) < 1000000000000;

-- the longest destination that covers a number decides which others do
create table leading_parts as
select numbers.prefix, coalesce(max_by(known.prefix, digits), '') as leading_part
from (select distinct prefix from events) as numbers
cross join range(1, 10) as lengths (digits)
left join reference.destinations as known on left(numbers.prefix, digits) = known.prefix
group by numbers.prefix;

-- the distinct cases, for each of which the rest is settled once
create table cases as
select row_number() over () as case_id, keys.*, calendar_id,
    if(keys.network = '', 'home', coalesce(own.zone, country.zone)) as came_from
from (
    select distinct plan_id, tariff_service, direction, network, epoch, leading_part
    from events inner join leading_parts using (prefix)
) as keys
left join reference.roaming_networks as own on keys.network = own.network
left join reference.roaming_networks as country on left(keys.network, 3) = country.network
inner join reference.plan_calendars using (plan_id);

-- what each plan (level 1) and plan `*` (level 2) have for a service and time
create table offers as
select wanted.*, if(terms.plan_id = '*', 2, 1) as level, terms.* exclude (plan_id, service)
from (select distinct plan_id, tariff_service, epoch from cases) as wanted
inner join reference.tariff_terms as terms
    on terms.plan_id in ('*', wanted.plan_id) and terms.service in ('*', tariff_service)
    and epoch >= valid_from and epoch < valid_to;

-- where a case leads to: the longest prefix among the zones named there, else the longest of all
create table case_zones as
select case_id, level, arg_min(zone, (not list_contains(named, zone), -digits, zone)) as zone
from cases
inner join (select plan_id, tariff_service, epoch, level, list(destination_zone) as named
    from offers group by all) as named_zones using (plan_id, tariff_service, epoch)
inner join range(1, 10) as lengths (digits) on length(leading_part) >= digits
inner join reference.destinations
    on left(leading_part, digits) = prefix and epoch >= valid_from and epoch < valid_to
group by case_id, level;

-- its tariff in each band: of the plan before `*`, by priority, the most specific, the least id
create table case_tariffs as
select
    case_id, bands.band, came_from as roaming_zone, zone as destination_zone, tariff_id,
    is_period or first_low > 0 as is_long, first_step_no as step_no, first_high,
    first_increment as increment, first_numerator as numerator, denominator, rounding_scale,
    short_fee as connection_fee, short_fee + first_flat_fee as fees, short_min as min_charge,
    max_charge, rounding_mode
from cases
inner join offers using (plan_id, tariff_service, epoch)
left join case_zones using (case_id, level)
cross join (select distinct band from reference.time_bands) as bands
where offers.band in ('*', bands.band) and offers.direction in ('*', cases.direction)
    and offers.roaming_zone in ('*', came_from) and offers.destination_zone in ('*', zone)
qualify 1 = row_number() over (
    partition by case_id, bands.band order by level, priority, star_count, tariff_id);

-- the band of each quarter of an hour by calendar and time zone, and until when it lasts
create table quarters as
with clocks as (
    select time_zone, quarter, timezone(time_zone, quarter) as wall, wall::date as usage_date,
        strftime(wall, '%H:%M') as clock
    from (select distinct time_zone from events) cross join (select unnest(generate_series(
        date_trunc('hour', min(started_at)), max(started_at) + interval 1 day, interval 15 minutes
    )) as quarter from events)
),
met as (
    select clocks.*, bands.*, unnest(string_split(replace(days, '*', 'mon-sun'), ',')) as part,
        usage_date - (clock < from_time)::int as date
    from clocks inner join reference.time_bands as bands on if(from_time < to_time,
        clock >= from_time and clock < to_time, clock >= from_time or clock < to_time)
),
banded as (
    select calendar_id, time_zone, epoch_us(quarter) // 900000000 as quarter_no, usage_date,
        arg_min(band, (part != 'holiday', priority, band)) as best,
        lead(best) over (partition by calendar_id, time_zone order by quarter) as next_best
    from met left join reference.holidays using (calendar_id, date)
    where if(part = 'holiday', name is not null, isodow(date) between
        instr('montuewedthufrisatsun', left(part, 3)) // 3 + 1
        and instr('montuewedthufrisatsun', right(part, 3)) // 3 + 1)
    group by calendar_id, time_zone, quarter, usage_date
)
select calendar_id, time_zone, quarter_no, usage_date, best as band,
    900000000 * (1 + min(quarter_no) filter (best != next_best) over (
        partition by calendar_id, time_zone order by quarter_no
        rows between current row and unbounded following)) as lasts_to
from banded;

-- the fee and the first step as one fraction, rounded once by the tariff's mode
copy (
    with placed as materialized (
        select events.*, case_id, calendar_id
        from events inner join leading_parts using (prefix)
        inner join cases using (plan_id, tariff_service, direction, network, epoch, leading_part)
    ),
    costs as (
        select *, pow(10, 10 - coalesce(rounding_scale, minor_digits, 2))::bigint as unit,
            denominator::hugeint * unit as divisor,
            coalesce((total + increment - 1) // increment * increment, total) as billed_units,
            billed_units::hugeint * numerator + fees::hugeint * denominator as cost
        from placed
        inner join quarters using (calendar_id, time_zone)
        inner join case_tariffs using (case_id, band)
        left join reference.currencies using (currency)
        where quarter_no = epoch_us(started_at) // 900000000 and total between 1 and first_high
            and not is_long and (not is_timed or epoch_us(started_at) + total <= lasts_to)
    )
    select record_id, event_id, account_id, subscription_id, plan_id, tariff_id, service, direction,
        destination_zone, roaming_zone, band, step_no, currency, quantity, billed_units,
        connection_fee, sign(quantity) * least(max_charge, greatest(min_charge, unit * (
            cost // divisor + case
                when cost % divisor = 0 or rounding_mode = 'down' then 0
                when rounding_mode = 'up' or cost % divisor > divisor - cost % divisor then 1
                when cost % divisor < divisor - cost % divisor then 0
                when rounding_mode = 'half_even' then cost // divisor % 2 else 1
            end)))::decimal(28, 0) * 0.0000000001 as charge_amount, started_at, usage_date
    from costs
) to (getvariable('target')) (format parquet);
