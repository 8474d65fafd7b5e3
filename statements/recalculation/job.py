"""A run that computes the named closed cycles anew, and what it changed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyspark.sql import Row, SparkSession

from ingestion.committed import committed
from ingestion.failures import Failure
from ingestion.query import rows
from ingestion.recalculation import Request
from ingestion.run import Progress, Publish, run_once, try_once
from ingestion.settings import Settings

# the cycles that a request means, as models/billing/1_cycles/asked_cycles.sql takes them; an empty
# text is any
MEANT = """
select distinct
    statements.account_id,
    statements.cycle_start
from aggregates.statements as statements
left join customers.subscription_plans as plans
    on
        statements.account_id = plans.account_id
        and plans.plan_id = {plan_id}
        and statements.cycle_end_at > plans.valid_from
        and statements.cycle_start <= to_date(plans.valid_to)
where
    {account_id} in ('', statements.account_id)
    and statements.cycle_start < cast({to_date} as date)
    and statements.cycle_end > cast({from_date} as date)
    and ({plan_id} = '' or plans.account_id is not null)
"""
CHANGES = """
select
    deltas.account_id,
    deltas.cycle_start,
    deltas.from_version,
    deltas.to_version,
    deltas.line_key,
    deltas.line_type,
    deltas.cause,
    deltas.currency,
    deltas.old_amount,
    deltas.new_amount,
    deltas.delta_amount,
    currencies.minor_digits
from aggregates.statement_deltas as deltas
left join (select * from reference.currencies where known_to is null) as currencies
    on deltas.currency = currencies.currency
where deltas.run_id = {run_id}
order by deltas.account_id, deltas.cycle_start, deltas.line_key
"""
TOTALS = """
select
    deltas.currency,
    currencies.minor_digits,
    count(distinct deltas.account_id, deltas.cycle_start) as statements,
    count(*) as line_count,
    -- bounded: below 10^12 lines of amounts below 10^17 minor units
    cast(sum(cast(deltas.delta_amount as decimal(38, 6))) as decimal(38, 6)) as delta_amount
from aggregates.statement_deltas as deltas
left join (select * from reference.currencies where known_to is null) as currencies
    on deltas.currency = currencies.currency
where deltas.run_id = {run_id}
group by deltas.currency, currencies.minor_digits
order by deltas.currency
"""


class CannotRecalculate(Failure):
    """No closed cycle is meant."""


@dataclass(frozen=True)
class Recalculation:
    """What was asked, and what it changed. `changes` are read while they are shown."""

    run_id: int
    is_dry_run: bool
    cycles: int
    totals: Sequence[Row]
    changes: Iterator[Row]


def recalculate(
    settings: Settings,
    requests: Sequence[Request],
    show: Callable[[Recalculation], None],
    *,
    as_of: datetime | None,
    is_dry_run: bool,
    publish: Publish | None,
    bar: Callable[[str], Progress],
) -> None:
    """Run with these requests besides what is new, and show what it changed of closed cycles.

    A dry run puts all tables back then, and takes nothing from the inbox. Raises CannotRecalculate,
    NothingRated, and what a run raises.
    """
    with committed(settings) as spark:
        cycles = _meant(spark, requests)

    def show_changes(spark: SparkSession, run_id: int) -> None:
        totals = spark.sql(TOTALS, run_id=run_id).collect()
        changes = rows(spark.sql(CHANGES, run_id=run_id))
        show(Recalculation(run_id, is_dry_run, cycles, totals, changes))

    if is_dry_run:
        try_once(settings, show_changes, as_of=as_of, bar=bar, recalculate=requests)
        return
    report = run_once(settings, as_of=as_of, publish=publish, bar=bar, recalculate=requests)
    with committed(settings) as spark:
        show_changes(spark, report.run_id)


def _meant(spark: SparkSession, requests: Sequence[Request]) -> int:
    """How many closed cycles the requests mean; none by one of them is most likely a slip."""
    found = None
    for request in requests:
        meant = spark.sql(MEANT, **_options(request))
        if not meant.head(1):
            raise CannotRecalculate(f"no closed cycle is meant{_said(request)}")
        found = meant if found is None else found.union(meant)
    return 0 if found is None else found.distinct().count()


def _options(request: Request) -> dict[str, Any]:
    return {
        "account_id": request.account_id or "",
        "plan_id": request.plan_id or "",
        "from_date": str(request.from_date or "0001-01-01"),
        "to_date": str(request.to_date or "9999-12-31"),
    }


def _said(request: Request) -> str:
    options = {
        "--account": request.account_id,
        "--plan": request.plan_id,
        "--from": request.from_date,
        "--to": request.to_date,
    }
    given = " ".join(f"{name} {value}" for name, value in options.items() if value is not None)
    return f" by {given}; `ratelake statements list` names them" if given else ": none has closed"
