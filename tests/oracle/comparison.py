"""Holds the tables of a home against the oracle, row by row and column by column."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from pyspark.sql import SparkSession

from tests.oracle.billing.comparison import read_books
from tests.oracle.charges import Segment
from tests.oracle.rating import Charge, Result
from tests.oracle.reference import Reference

CHARGE_COLUMNS = tuple(field.name for field in fields(Charge) if field.name != "segments")
DAY = ("account_id", "usage_date", "service", "destination_zone", "currency")
QUERIES = {
    "rated.usage_dispositions": """
        select usage.file_id, usage.record_no, known.event_id, known.disposition, known.reason
        from rated.usage_dispositions as known
        left join raw.usage as usage on usage.record_id = known.record_id
    """,
    "rated.usage_charges": f"select {', '.join(CHARGE_COLUMNS)} from rated.usage_charges",
    "rated.usage_charge_segments": """
        select event_id, segment_no, band, step_no, bundle_id, units, billed_units, amount
        from rated.usage_charge_segments
    """,
    "aggregates.usage_daily": f"""
        select {", ".join(DAY)}, events, quantity, charge_amount from aggregates.usage_daily
    """,
}
KEYS = {
    "rated.usage_dispositions": ("file_id", "record_no"),
    "rated.usage_charges": ("event_id",),
    "rated.usage_charge_segments": ("event_id", "segment_no"),
    "aggregates.usage_daily": DAY,
}
SHOWN_DIFFERENCES = 6

Row = dict[str, Any]
Table = dict[tuple[Any, ...], Row]
Tables = dict[str, Table]


class TwoRowsForOneKey(Exception):
    """A table holds a key twice."""


@dataclass(frozen=True)
class Difference:
    """One row that is not as expected; None is a row that is not there."""

    table: str
    key: tuple[Any, ...]
    expected: Row | None
    got: Row | None

    @property
    def kind(self) -> str:
        if self.expected is None or self.got is None:
            found = "missing" if self.got is None else "not expected"
            return f"{self.table}: row {found}"
        columns = [name for name, value in self.expected.items() if self.got[name] != value]
        said = ""
        if "reason" in columns or "disposition" in columns:
            said = f" ({outcome(self.expected)} expected, {outcome(self.got)} got)"
        return f"{self.table}: {', '.join(columns)}{said}"


def outcome(row: Row) -> str:
    return "/".join(filter(None, (row["disposition"], row["reason"])))


def read_tables(spark: SparkSession) -> tuple[Tables, dict[str, list[Row]]]:
    """The tables of a home, and its statements. Decimals compare and hash as fractions do."""
    found: Tables = {name: {} for name in QUERIES}
    for name, query in QUERIES.items():
        for row in spark.sql(query).toArrow().to_pylist():
            add(found[name], KEYS[name], row)
    return found, read_books(spark)


def add(table: Table, key: tuple[str, ...], row: Row) -> None:
    values = tuple(row[column] for column in key)
    if values in table:
        raise TwoRowsForOneKey(f"{values}: {row} and {table[values]}")
    table[values] = row


def expected_tables(result: Result) -> Tables:
    """The tables as the oracle expects them."""
    found: Tables = {name: {} for name in QUERIES}
    for (file_id, record_no), verdict in result.verdicts.items():
        row = {
            "file_id": file_id,
            "record_no": record_no,
            "event_id": result.usages[file_id, record_no].event_id,
            "disposition": verdict.disposition,
            "reason": verdict.reason,
        }
        add(found["rated.usage_dispositions"], KEYS["rated.usage_dispositions"], row)
    for charge in result.charges.values():
        row = {column: getattr(charge, column) for column in CHARGE_COLUMNS}
        add(found["rated.usage_charges"], KEYS["rated.usage_charges"], row)
        for segment in charge.segments:
            table = found["rated.usage_charge_segments"]
            add(table, KEYS["rated.usage_charge_segments"], segment_row(charge, segment))
    for row in daily_rows(result):
        add(found["aggregates.usage_daily"], KEYS["aggregates.usage_daily"], row)
    return found


def segment_row(charge: Charge, segment: Segment) -> Row:
    return {
        "event_id": charge.event_id,
        "segment_no": segment.segment_no,
        "band": segment.band,
        "step_no": segment.step_no,
        "bundle_id": segment.bundle_id,
        "units": segment.units,
        "billed_units": segment.billed_units,
        "amount": segment.amount,
    }


def daily_rows(result: Result) -> list[Row]:
    """The sums of the charges by account, day, service and zone."""
    groups: dict[tuple[Any, ...], list[Charge]] = defaultdict(list)
    for charge in result.charges.values():
        groups[tuple(getattr(charge, column) for column in DAY)].append(charge)
    return [
        {
            **dict(zip(DAY, values, strict=True)),
            "events": len(charges),
            "quantity": sum(charge.quantity for charge in charges),
            "charge_amount": sum(charge.charge_amount for charge in charges),
        }
        for values, charges in groups.items()
    ]


def differences(expected: Tables, got: Tables) -> list[Difference]:
    return [
        Difference(name, key, expected[name].get(key), got[name].get(key))
        for name in QUERIES
        for key in sorted(expected[name].keys() | got[name].keys(), key=str)
        if expected[name].get(key) != got[name].get(key)
    ]


def explain(found: list[Difference], result: Result, reference: Reference) -> str:
    """What differs: how often each kind, then the first of each kind with all that led to it."""
    counts = Counter(difference.kind for difference in found)
    lines = [f"{len(found)} rows differ from the oracle"]
    lines += [f"{count:6d} {kind}" for kind, count in counts.most_common()]
    firsts: dict[str, Difference] = {}
    for difference in found:
        firsts.setdefault(difference.kind, difference)
    for difference in list(firsts.values())[:SHOWN_DIFFERENCES]:
        lines += ["", *story(difference, result, reference)]
    return "\n".join(lines)


def story(difference: Difference, result: Result, reference: Reference) -> list[str]:
    row = difference.expected or difference.got or {}
    event_id = row.get("event_id", "")
    lines = [f"{difference.kind}: {difference.key}"]
    for place, usage in result.usages.items():
        if event_id and event_id in (usage.event_id, usage.target_event_id):
            lines.append(f"  record {show(vars(usage))} -> {result.verdicts[place]}")
    charge = result.charges.get(event_id)
    if charge is not None:
        lines.append(f"  charge {show(vars(charge))}")
        tariffs = {"tariff_id": charge.tariff_id}
        lines += [f"  tariff {show(row)}" for row in matching(reference, "tariffs", tariffs)]
        lines += [f"  step {show(row)}" for row in matching(reference, "tariff_steps", tariffs)]
    lines.append(f"  expected {show(difference.expected)}")
    lines.append(f"  got      {show(difference.got)}")
    return lines


def matching(reference: Reference, name: str, given: Mapping[str, str]) -> list[Mapping[str, str]]:
    return [row for row in reference.rows(name) if given.items() <= row.items()]


def show(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "no row"
    return ", ".join(f"{name}={value}" for name, value in row.items() if value not in (None, ""))
