"""An operator's examples: usage with the charge he expects, in the folder's `examples/*.csv`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import available_timezones

from ingestion.reference.problems import InvalidReference, Problem
from ingestion.reference.read import ENDINGS
from ingestion.reference.schema import Column, ReferenceFile
from ingestion.reference.table import Row, Table, read_table
from ingestion.reference.times import Instant, matched
from ingestion.reference.types import Currency, Identifier, Integer, Number, Text

FOLDER = "examples"
# what belongs to an example as a whole: the same in all its rows
OF_THE_EXAMPLE = ("plan_id", "currency", "time_zone", "bill_day", "activated_at", "bundles")


@dataclass(frozen=True)
class TimeZone:
    spark_type: str = "string"
    allowed: str = "a time zone of the IANA database, such as Europe/Vienna"

    def read(self, text: str) -> str:
        return matched(text in available_timezones(), text)


UNITS = Number(least=Decimal(-(10**12)), decimals=6)
COLUMNS = (
    Column("example", Text(), required=True),
    Column("plan_id", Identifier(), required=True),
    Column("service", Text(), required=True),
    Column("direction", Text(), default="out"),
    Column("counterparty", Text()),
    Column("serving_network", Text()),
    Column("started_at", Instant(), required=True),
    Column("quantity", UNITS, required=True),
    Column("bundles", Text()),
    Column("currency", Currency(), required=True),
    Column("time_zone", TimeZone(), required=True),
    Column("bill_day", Integer(1, 28), default="1"),
    Column("activated_at", Instant()),
    Column("expected_charge", Number(least=Decimal(-(10**12)))),
    Column("expected_tariff", Text()),
    Column("expected_reason", Text()),
)


@dataclass(frozen=True)
class Usage:
    """One row: an event, and what is expected of it."""

    file: str
    line: int
    service: str
    direction: str
    counterparty: str
    serving_network: str
    started_at: datetime
    quantity: Decimal
    expected_charge: Decimal | None
    expected_tariff: str | None
    expected_reason: str | None


@dataclass(frozen=True)
class Example:
    """What one subscription on a new account uses, in the order of the rows' times."""

    name: str
    plan_id: str
    currency: str
    time_zone: str
    bill_day: int
    activated_at: datetime
    bundles: tuple[str, ...]
    usages: tuple[Usage, ...]


def read_examples(folder: Path) -> list[Example]:
    """Read every file of `folder/examples`. Raises InvalidReference, naming wrong rows."""
    problems: list[Problem] = []
    examples: list[Example] = []
    for name in sorted({path.name.partition(".")[0] for path in _paths(folder / FOLDER)}):
        table, found = read_table(folder / FOLDER, ReferenceFile(name, COLUMNS, ("example",)))
        problems += found or _contradictions(table)
        if not problems:
            examples += _examples(table)
    if problems:
        raise InvalidReference(folder / FOLDER, problems)
    return examples


def _paths(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*") if path.name.endswith(tuple(ENDINGS)))


def _by_example(table: Table) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    for row in table.rows():
        rows.setdefault(row["example"], []).append(row)
    return rows


def _contradictions(table: Table) -> list[Problem]:
    problems = []
    for row in table.rows():
        if (row["expected_charge"] is None) == (row["expected_reason"] is None):
            problems.append(
                table.problem(
                    (row.line,),
                    "expected_charge and expected_reason are both given or both empty; "
                    "allowed: one of them",
                )
            )
    for name, rows in _by_example(table).items():
        for column in OF_THE_EXAMPLE:
            if len({row[column] for row in rows}) > 1:
                lines = tuple(row.line for row in rows)
                problems.append(
                    table.problem(lines, f"{column} differs within example '{name}'; allowed: one")
                )
    return problems


def _examples(table: Table) -> Iterator[Example]:
    for name, rows in _by_example(table).items():
        first = rows[0]
        usages = tuple(_usage(table, row) for row in rows)
        yield Example(
            name=name,
            plan_id=first["plan_id"],
            currency=first["currency"],
            time_zone=first["time_zone"],
            bill_day=first["bill_day"],
            activated_at=first["activated_at"] or min(usage.started_at for usage in usages),
            bundles=tuple((first["bundles"] or "").split()),
            usages=usages,
        )


def _usage(table: Table, row: Row) -> Usage:
    return Usage(
        file=f"{FOLDER}/{table.path}",
        line=row.line,
        service=row["service"],
        direction=row["direction"],
        counterparty=row["counterparty"] or "",
        serving_network=row["serving_network"] or "",
        started_at=row["started_at"],
        quantity=row["quantity"],
        expected_charge=row["expected_charge"],
        expected_tariff=row["expected_tariff"],
        expected_reason=row["expected_reason"],
    )
