"""What an export says of a statement and of its lines: every field, in order (docs/export.md).

Names are those of the TM Forum's TMF678, where it has one. A path names where a field stands in
a JSON document; [] is a list.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ingestion.query import plain
from statements.money import money, number

Source = Mapping[str, Any]
Value = str | int | None


@dataclass(frozen=True)
class Field:
    """One value of a statement or line: where it stands, and how it is made of a row."""

    path: str
    value: Callable[[Source], Value]
    is_count: bool = False

    @property
    def column(self) -> str:
        """Its name in CSV and Parquet."""
        return self.path.replace("[]", "")


def _text(path: str, column: str) -> Field:
    return Field(path, lambda row: row[column])


def _count(path: str, column: str) -> Field:
    return Field(path, lambda row: row[column], is_count=True)


def _moment(path: str, column: str) -> Field:
    return Field(path, lambda row: moment(row[column]))


def _number(path: str, column: str) -> Field:
    return Field(path, lambda row: None if row[column] is None else number(row[column]))


def _money(path: str, column: str, currency: str = "currency") -> tuple[Field, Field]:
    return (
        _text(f"{path}.unit", currency),
        Field(f"{path}.value", lambda row: money(row[column], row["minor_digits"])),
    )


def _if_taxed(field: Field) -> Field:
    def value(row: Source) -> Value:
        return None if row["tax_rate"] is None else field.value(row)

    return Field(f"appliedTax[].{field.path}", value, field.is_count)


def moment(at: datetime) -> str:
    said = plain(at.replace(tzinfo=None))
    assert isinstance(said, str)
    return said


def _with_tax(row: Source) -> Decimal:
    total: Decimal = row["net_amount"] + row["tax_amount"]
    return total


STATEMENT = (
    _text("id", "statement_id"),
    _text("billNo", "statement_id"),
    _count("version", "version"),
    _text("supersedes", "supersedes"),
    Field("state", lambda row: "new"),
    Field("runType", lambda row: "onCycle" if row["version"] == 1 else "offCycle"),
    _moment("billDate", "closed_at"),
    _moment("billingPeriod.startDateTime", "cycle_start_at"),
    _moment("billingPeriod.endDateTime", "cycle_end_at"),
    Field("cycleStart", lambda row: row["cycle_start"].isoformat()),
    _text("billingAccount.id", "account_id"),
    *_money("taxExcludedAmount", "net_amount"),
    *_money("taxIncludedAmount", "total_amount"),
    *_money("amountDue", "due_amount"),
    _count("lineCount", "line_count"),
    _count("runId", "run_id"),
)
TAX_ITEM = (
    _text("taxCategory", "tax_code"),
    _number("taxRate", "tax_rate"),
    _text("taxBasis", "tax_basis"),
    *_money("taxExcludedAmount", "net_amount"),
    *_money("taxAmount", "tax_amount"),
)
LINE = (
    Field("id", lambda row: f"{row['statement_id']}/{row['line_no']}"),
    _text("bill.id", "statement_id"),
    _text("lineKey", "line_key"),
    _text("type", "line_type"),
    _text("name", "item_id"),
    _text("description", "description"),
    _text("product.id", "subscription_id"),
    _text("product.name", "plan_id"),
    _moment("periodCoverage.startDateTime", "covered_from"),
    _moment("periodCoverage.endDateTime", "covered_to"),
    _text("service", "service"),
    _text("direction", "direction"),
    _text("destinationZone", "destination_zone"),
    _text("roamingZone", "roaming_zone"),
    _count("eventCount", "event_count"),
    _number("quantity", "quantity"),
    _text("chargeAmount.unit", "charge_currency"),
    _number("chargeAmount.value", "charge_amount"),
    _number("exchangeRate", "exchange_rate"),
    *_money("taxExcludedAmount", "net_amount"),
    _text("taxIncludedAmount.unit", "currency"),
    Field("taxIncludedAmount.value", lambda row: money(_with_tax(row), row["minor_digits"])),
)
LINE_TAX = tuple(field for field in TAX_ITEM if not field.path.startswith("taxExcluded"))
# in CSV and Parquet; empty where a line is not taxed
FLAT_LINE = LINE + tuple(_if_taxed(field) for field in LINE_TAX)


def values(fields: Sequence[Field], row: Source) -> list[Value]:
    return [field.value(row) for field in fields]


def document(fields: Sequence[Field], row: Source) -> dict[str, Any]:
    """A JSON object of fields that are in no list."""
    made: dict[str, Any] = {}
    for field in fields:
        place = made
        *folders, name = field.path.split(".")
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = field.value(row)
    return made


def line_document(row: Source) -> dict[str, Any]:
    """A line as JSON has it."""
    taxes = [] if row["tax_rate"] is None else [document(LINE_TAX, row)]
    return document(LINE, row) | {"appliedTax": taxes}


def tax_items(lines: Sequence[Source]) -> list[dict[str, Any]]:
    """What the taxed lines come to by tax code, rate and basis, in this order."""
    groups: dict[tuple[str, Decimal, str], dict[str, Any]] = {}
    for line in lines:
        if line["tax_rate"] is None:
            continue
        key = (line["tax_code"] or "", line["tax_rate"], line["tax_basis"] or "")
        if key in groups:
            groups[key]["net_amount"] += line["net_amount"]
            groups[key]["tax_amount"] += line["tax_amount"]
        else:
            groups[key] = dict(line)
    return [document(TAX_ITEM, groups[key]) for key in sorted(groups)]


def paths() -> list[str]:
    """Every path of a JSON document, in order."""
    return [
        *(field.path for field in STATEMENT),
        *(f"taxItem[].{field.path}" for field in TAX_ITEM),
        *(f"appliedCustomerBillingRate[].{field.path}" for field in FLAT_LINE),
    ]
