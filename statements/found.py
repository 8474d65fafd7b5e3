"""Statements as the last committed run left them: a list of them, or all that one says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql.functions import col

from ingestion.failures import Failure
from ingestion.query import rows
from statements.cycles import Cycles
from statements.money import money

AMOUNTS = ("net_amount", "tax_amount", "total_amount")
LISTED = (
    *("statement_id", "account_id", "cycle_start", "cycle_end", "version", "supersedes"),
    *("closed_at", "line_count", "currency", *AMOUNTS),
)
DIGITS = "select currency, minor_digits from reference.currencies where known_to is null"


class NoSuchStatement(Failure):
    """No statement has this id."""


@dataclass(frozen=True)
class TaxOfRate:
    """What lines of one rate come to. Both are None where the lines are not taxed."""

    tax_rate: Decimal | None
    tax_basis: str | None
    net_amount: Decimal
    tax_amount: Decimal


@dataclass(frozen=True)
class Statement:
    """A version of a statement. `deltas` are what it changed of the version before."""

    head: Row
    lines: Sequence[Row]
    deltas: Sequence[Row]
    minor_digits: int | None

    def money(self, amount: Decimal) -> str:
        return money(amount, self.minor_digits)


def listed(
    spark: SparkSession, account: str | None, wanted: Cycles | None, all_versions: bool
) -> Iterator[dict[str, object]]:
    """The last versions, or all, in order; amounts with the digits of their currency."""
    name = "statements" if all_versions else "current_statements"
    frame = with_digits(spark, spark.table(f"aggregates.{name}").select(*LISTED))
    if account is not None:
        frame = frame.where(col("account_id") == account)
    if wanted is not None:
        frame = within(frame, wanted)
    for row in rows(frame.orderBy("account_id", "cycle_start", "version")):
        said = {column: row[column] for column in LISTED}
        yield said | {name: money(row[name], row.minor_digits) for name in AMOUNTS}


def within(frame: DataFrame, wanted: Cycles) -> DataFrame:
    """The rows of these cycles."""
    return frame.where((col("cycle_start") >= wanted.first) & (col("cycle_start") < wanted.end))


def with_digits(spark: SparkSession, frame: DataFrame) -> DataFrame:
    """Rows with a currency, beside the minor digits that it has now (null: it is not listed)."""
    return frame.join(spark.sql(DIGITS), on="currency", how="left")


def statement(spark: SparkSession, statement_id: str) -> Statement:
    """All that one version says. Raises NoSuchStatement."""
    heads = spark.table("aggregates.statements").where(col("statement_id") == statement_id)
    found = with_digits(spark, heads).collect()
    if not found:
        raise no_such_statement(statement_id)
    [head] = found
    here = col("cycle_start") == head.cycle_start
    lines = spark.table("aggregates.statement_lines").where(here)
    deltas = spark.table("aggregates.statement_deltas").where(here)
    return Statement(
        head=head,
        lines=lines.where(col("statement_id") == statement_id).orderBy("line_no").collect(),
        deltas=deltas.where(
            (col("account_id") == head.account_id) & (col("to_version") == head.version)
        )
        .orderBy("line_key")
        .collect(),
        minor_digits=head.minor_digits,
    )


def no_such_statement(statement_id: str) -> NoSuchStatement:
    """Says where to look."""
    account = statement_id.partition("/")[0]
    return NoSuchStatement(
        f"there is no statement {statement_id}; `ratelake statements list --account {account} "
        "--all-versions` names those of the account"
    )


def taxes(lines: Sequence[Row]) -> list[TaxOfRate]:
    """What the lines of each rate and basis come to; untaxed ones first."""

    def rate(line: Row) -> tuple[bool, object, str]:
        return line.tax_rate is not None, line.tax_rate or 0, line.tax_basis or ""

    groups = [list(group) for _, group in groupby(sorted(lines, key=rate), key=rate)]
    return [
        TaxOfRate(
            tax_rate=group[0].tax_rate,
            tax_basis=group[0].tax_basis,
            net_amount=sum(line.net_amount for line in group),
            tax_amount=sum(line.tax_amount for line in group),
        )
        for group in groups
    ]
