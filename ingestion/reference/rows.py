"""What the fields of one row must agree on."""

from collections.abc import Callable, Iterator

from ingestion.reference.problems import Problem
from ingestion.reference.table import UNKNOWN, Row, Table

UTC = "%Y-%m-%dT%H:%M:%SZ"
Check = Callable[[Row], str | None]


def row_problems(tables: dict[str, Table]) -> Iterator[Problem]:
    """Each row whose fields contradict each other."""
    for name, columns, check in _CHECKS:
        for row in tables[name].rows():
            message = check(row) if row.knows(*columns) else None
            if message:
                yield tables[name].problem((row.line,), message)


def validity_problems(table: Table) -> Iterator[Problem]:
    """Each row whose validity ends before it begins."""
    if not table.file.validity:
        return
    ends = zip(table.lines, table.columns["valid_from"], table.columns["valid_to"], strict=True)
    for line, start, end in ends:
        if start and end and UNKNOWN not in (start, end) and end <= start:
            message = f"valid_to is {end:{UTC}}; allowed: after valid_from, {start:{UTC}}"
            yield table.problem((line,), message)


def _unit_of_timed_service(row: Row) -> str | None:
    if row["is_timed"] and row["unit"] not in (None, "second"):
        return f"unit is '{row['unit']}' though is_timed is true; allowed: second"
    return None


def _least_and_most_charge(row: Row) -> str | None:
    least, most = row["min_charge"], row["max_charge"]
    if least is not None and most is not None and most < least:
        return f"max_charge is {most}; allowed: at least min_charge, {least}"
    return None


def _step_length(row: Row) -> str | None:
    start, end = row["from_units"], row["to_units"]
    if end is not None and end <= start:
        return f"to_units is {end}; allowed: more than from_units, {start}, or empty for no end"
    return None


def _whom_discounted(row: Row) -> str | None:
    if (row["plan_id"] is None) == (row["account_id"] is None):
        given = "both are empty" if row["plan_id"] is None else "both are given"
        return f"plan_id and account_id: {given}; allowed: one of them"
    return None


def _what_discounted(row: Row) -> str | None:
    if row["percent"] is None and row["amount"] is None:
        return "percent and amount: both are empty; allowed: at least one of them"
    return None


_CHECKS: tuple[tuple[str, tuple[str, ...], Check], ...] = (
    ("services", ("unit", "is_timed"), _unit_of_timed_service),
    ("tariffs", ("min_charge", "max_charge"), _least_and_most_charge),
    ("tariff_steps", ("from_units", "to_units"), _step_length),
    ("discounts", ("plan_id", "account_id"), _whom_discounted),
    ("discounts", ("percent", "amount"), _what_discounted),
)
