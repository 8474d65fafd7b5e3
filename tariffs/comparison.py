"""What was charged beside what other tariffs charge: by event, by plan and zone, by account.

The comparison is kept in the operator's `simulation.*`, by `simulation_id`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from pyspark.sql import SparkSession

from ingestion.settings import Settings
from tariffs.kept import keep_simulation, open_tables

# a local day begins and ends at most this far from the day in UTC
LOCAL_DAY = timedelta(days=1)
# Local days decide; the days in UTC only say where to look. Amounts of different currencies are
# never subtracted: an event that changes its currency has two rows.
CHARGES = """
insert into simulation.usage_charges by name
with

records as (

    select
        record_id,
        event_id
    from charged_outcomes
    where event_date between cast({since} as date) and cast({until} as date)

),

billed as (

    select * from charged_outcomes
    where
        disposition = 'rated'
        and event_date between cast({since} as date) and cast({until} as date)
        and usage_date >= cast({first} as date)
        and usage_date < cast({end} as date)

),

simulated as (

    select * from rated.usage_outcomes
    where
        disposition = 'rated'
        and event_date between cast({since} as date) and cast({until} as date)
        and usage_date >= cast({first} as date)
        and usage_date < cast({end} as date)

),

suspended as (

    select
        record_id,
        reason
    from rated.usage_outcomes
    where disposition = 'suspended'

),

charges as (

    select
        coalesce(billed.record_id, simulated.record_id) as record_id,
        coalesce(billed.account_id, simulated.account_id) as account_id,
        coalesce(billed.subscription_id, simulated.subscription_id) as subscription_id,
        coalesce(billed.plan_id, simulated.plan_id) as plan_id,
        coalesce(billed.service, simulated.service) as service,
        coalesce(billed.currency, simulated.currency) as currency,
        billed.destination_zone as billed_destination_zone,
        simulated.destination_zone as simulated_destination_zone,
        cast(billed.charge_amount as decimal(38, 10)) as billed_amount,
        cast(simulated.charge_amount as decimal(38, 10)) as simulated_amount,
        coalesce(billed.usage_date, simulated.usage_date) as usage_date
    from billed
    full outer join simulated
        on billed.record_id = simulated.record_id and billed.currency = simulated.currency

)

select
    cast({number} as bigint) as simulation_id,
    charges.record_id,
    records.event_id,
    charges.account_id,
    charges.subscription_id,
    charges.plan_id,
    charges.service,
    charges.currency,
    charges.billed_destination_zone,
    charges.simulated_destination_zone,
    suspended.reason as simulated_reason,
    charges.billed_amount,
    charges.simulated_amount,
    cast(
        coalesce(charges.simulated_amount, cast(0 as decimal(38, 10)))
        - coalesce(charges.billed_amount, cast(0 as decimal(38, 10)))
        as decimal(38, 10)
    ) as difference,
    charges.usage_date
from charges
inner join records on charges.record_id = records.record_id
left join suspended on charges.record_id = suspended.record_id
"""
# each side by the zone that it found
REVENUE = """
insert into simulation.revenue by name
with

sides as (

    select
        currency,
        plan_id,
        service,
        billed_destination_zone as destination_zone,
        1L as billed_events,
        0L as simulated_events,
        billed_amount,
        cast(0 as decimal(38, 10)) as simulated_amount
    from simulation.usage_charges
    where simulation_id = {number} and billed_amount is not null
    union all
    select
        currency,
        plan_id,
        service,
        simulated_destination_zone as destination_zone,
        0L as billed_events,
        1L as simulated_events,
        cast(0 as decimal(38, 10)) as billed_amount,
        simulated_amount
    from simulation.usage_charges
    where simulation_id = {number} and simulated_amount is not null

)

select
    cast({number} as bigint) as simulation_id,
    currency,
    plan_id,
    service,
    destination_zone,
    sum(billed_events) as billed_events,
    sum(simulated_events) as simulated_events,
    cast(sum(billed_amount) as decimal(38, 10)) as billed_amount,
    cast(sum(simulated_amount) as decimal(38, 10)) as simulated_amount,
    cast(sum(simulated_amount) - sum(billed_amount) as decimal(38, 10)) as difference
from sides
group by currency, plan_id, service, destination_zone
"""
ACCOUNTS = """
insert into simulation.accounts by name
select
    cast({number} as bigint) as simulation_id,
    account_id,
    currency,
    cast(coalesce(sum(billed_amount), cast(0 as decimal(38, 10))) as decimal(38, 10))
        as billed_amount,
    cast(coalesce(sum(simulated_amount), cast(0 as decimal(38, 10))) as decimal(38, 10))
        as simulated_amount,
    cast(sum(difference) as decimal(38, 10)) as difference
from simulation.usage_charges
where simulation_id = {number}
group by account_id, currency
"""


@dataclass(frozen=True)
class Period:
    """Local days from `first` up to before `end`."""

    first: date
    end: date


def compare(
    spark: SparkSession, settings: Settings, period: Period, reference: Path, known_at: datetime
) -> int:
    """Keep the comparison of the trial's charges with the operator's; returns its number."""
    number = open_tables(spark, settings)
    first, end = period.first.isoformat(), period.end.isoformat()
    since = (period.first - LOCAL_DAY).isoformat()
    until = (period.end + LOCAL_DAY).isoformat()
    spark.sql(CHARGES, number=number, since=since, until=until, first=first, end=end)
    spark.sql(REVENUE, number=number)
    spark.sql(ACCOUNTS, number=number)
    keep_simulation(spark, number, reference, known_at, first=first, end=end)
    return number
