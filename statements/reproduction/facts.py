"""What the statement of one account depends on: the rows that a run knew, brought to a home.

Of the account, of all subscriptions that were ever on it, of whoever else held one of their
numbers, and of the events that records of these numbers name. The operator's tables are read
in place under names of their own.
"""

from dataclasses import dataclass

from pyspark.sql import SparkSession
from pyspark.sql.functions import col

from ingestion.raw.tables import create_tables
from ingestion.reference import history
from ingestion.reference.files import FILES
from ingestion.settings import Settings
from statements.in_place import REFERENCE, as_known_by, theirs

RAW = ("raw.accounts", "raw.actions", "raw.usage")
STATEMENTS = ("aggregates.statements", "aggregates.statement_lines")
READ = (*RAW, *STATEMENTS, *REFERENCE)
ACCOUNTS = """
insert into raw.accounts by name
select * from known_accounts where account_id = {account_id}
"""
ACTIONS = """
insert into raw.actions by name
with

own as (

    select distinct subscription_id from known_actions
    where account_id = {account_id}

),

numbers as (

    select distinct actions.subscriber
    from known_actions as actions
    left semi join own on actions.subscription_id = own.subscription_id
    where actions.subscriber is not null

),

holders as (

    select subscription_id from own
    union
    select actions.subscription_id
    from known_actions as actions
    left semi join numbers on actions.subscriber = numbers.subscriber

),

-- an action that came again counts as it was said last, also for another subscription
names as (

    select distinct actions.action_id
    from known_actions as actions
    left semi join holders on actions.subscription_id = holders.subscription_id

)

select actions.*
from known_actions as actions
left semi join names on actions.action_id = names.action_id
"""
USAGE = """
insert into raw.usage by name
with

numbers as (

    select distinct actions.subscriber
    from raw.actions as actions
    left semi join
        (select subscription_id from raw.actions where account_id = {account_id}) as own
        on actions.subscription_id = own.subscription_id
    where actions.subscriber is not null

)

select usage.*
from known_usage as usage
left semi join numbers on usage.subscriber = numbers.subscriber
"""
# corrections and copies of these events may be of other numbers
NAMED_USAGE = """
insert into raw.usage by name
with

names as (

    select event_id as name from raw.usage
    union
    select target_event_id as name from raw.usage
    where target_event_id is not null

),

named as (

    select usage.record_id
    from known_usage as usage
    left semi join names on usage.event_id = names.name
    union
    select usage.record_id
    from known_usage as usage
    left semi join names on usage.target_event_id = names.name

)

select usage.*
from known_usage as usage
left semi join named on usage.record_id = named.record_id
left anti join (select record_id from raw.usage) as there
    on usage.record_id = there.record_id
"""


@dataclass(frozen=True)
class RowsRead:
    """How many rows a reproduction was made of."""

    accounts: int
    actions: int
    usage: int
    reference: int


def bring(spark: SparkSession, home: Settings, account_id: str, run_id: int) -> RowsRead:
    """Bring what a run knew of the account, and of the tariffs, into the home of the session."""
    create_tables(spark, home)
    history.create_tables(spark, ())
    for name in RAW:
        short = name.partition(".")[2]
        known = spark.table(theirs(name)).where(col("run_id") <= run_id)
        known.createOrReplaceTempView(f"known_{short}")
    for text in (ACCOUNTS, ACTIONS, USAGE):
        spark.sql(text, account_id=account_id)
    before, usage = -1, _count(spark, "raw.usage")
    while before < usage:
        spark.sql(NAMED_USAGE)
        before, usage = usage, _count(spark, "raw.usage")
    return RowsRead(
        accounts=_count(spark, "raw.accounts"),
        actions=_count(spark, "raw.actions"),
        usage=usage,
        reference=sum(_bring_reference(spark, name, run_id) for name in FILES),
    )


def _bring_reference(spark: SparkSession, name: str, run_id: int) -> int:
    """The history of a tariff file until the run, and what it made of the steps."""
    known_history = as_known_by(spark.table(theirs(f"reference.{name}")), run_id)
    known_history.createOrReplaceTempView("known_history")
    spark.sql(f"insert into reference.{name} by name select * from known_history")
    if name == "tariff_steps":
        known = known_history.where(col("known_to").isNull()).toArrow().to_pylist()
        history.write_rates(spark, known)
    return _count(spark, f"reference.{name}")


def _count(spark: SparkSession, name: str) -> int:
    return spark.table(name).count()
