"""RULES 21: other tariffs over a past period, beside what was charged, without touching it.

The usage that rules 1 to 3 left is rated by the same models, in a home of its own below the
operator's; accounts and actions are read where they are. The comparison is kept in `simulation.*`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import Row, SparkSession

from ingestion import runs
from ingestion.engine import engine
from ingestion.failures import Failure
from ingestion.reference.validate import validate
from ingestion.settings import Settings
from tariffs.comparison import Period, compare
from tariffs.trial import (
    import_dbt_meanwhile,
    rate,
    read_in_place,
    trial_home,
    usage_needed,
    write_usage,
)

__all__ = ["CannotSimulate", "Period", "Simulation", "simulate"]

TOTALS = """
select
    currency,
    cast(sum(billed_events) as bigint) as billed_events,
    cast(sum(simulated_events) as bigint) as simulated_events,
    cast(sum(billed_amount) as decimal(38, 10)) as billed_amount,
    cast(sum(simulated_amount) as decimal(38, 10)) as simulated_amount,
    cast(sum(difference) as decimal(38, 10)) as difference
from simulation.revenue
where simulation_id = {number}
group by currency
order by currency
"""
REVENUE = """
select * from simulation.revenue
where simulation_id = {number}
order by abs(difference) desc, currency, plan_id, service, destination_zone
"""
LOSERS = """
select * from simulation.accounts
where simulation_id = {number} and difference > 0
order by difference desc, account_id limit 5
"""
WINNERS = """
select * from simulation.accounts
where simulation_id = {number} and difference < 0
order by difference, account_id limit 5
"""


class CannotSimulate(Failure):
    """There is nothing to simulate, or not over this period."""


@dataclass(frozen=True)
class Simulation:
    """What a simulation found. Rows are those of simulation.revenue and simulation.accounts."""

    simulation_id: int
    period: Period
    totals: list[Row]
    revenue: list[Row]
    losers: list[Row]
    winners: list[Row]


def simulate(
    settings: Settings,
    reference: Path,
    period: Period,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Simulation:
    """Rate the period with the tariffs in `reference`, compare, and keep the comparison.

    Where steps or bundles run over billing cycles, the usage before the period is rated as well, as
    the period's prices depend on it; where prices go by the cycle's volume, also that after it.
    Raises CannotSimulate, InvalidReference, TransformFailed, HomeIsBusy.
    """
    if period.first >= period.end:
        raise CannotSimulate(f"--to {period.end} is not after --from {period.first}")
    validate(reference)
    if not runs.last_run(settings).run_id:
        raise CannotSimulate("nothing has been rated in this home yet: `ratelake run` does it")
    with runs.only_run(settings):
        last = runs.last_run(settings)
        assert last.known_at is not None  # a run that committed has one
        usage = usage_needed(reference, period)
        with trial_home(settings, reference) as trial, engine(trial) as spark:
            import_dbt_meanwhile()
            read_in_place(spark, settings, last)
            write_usage(spark, usage)
            rate(spark, trial, last.known_at, on_progress)
            return _found(spark, compare(spark, settings, period, reference, last.known_at), period)


def _found(spark: SparkSession, number: int, period: Period) -> Simulation:
    return Simulation(
        simulation_id=number,
        period=period,
        totals=spark.sql(TOTALS, number=number).collect(),
        revenue=spark.sql(REVENUE, number=number).collect(),
        losers=spark.sql(LOSERS, number=number).collect(),
        winners=spark.sql(WINNERS, number=number).collect(),
    )
