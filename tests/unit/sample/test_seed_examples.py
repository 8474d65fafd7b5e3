"""The sample operator's examples, each charge as the oracle has it."""

import csv
from collections import defaultdict
from datetime import UTC, datetime
from fractions import Fraction

from ingestion.settings import PROJECT
from tests.oracle.rating import rate
from tests.oracle.records import Delivered, Knowledge
from tests.oracle.reference import Reference

EXAMPLES = PROJECT / "seeds" / "examples" / "sample_operator.csv"
KNOWN_AT = datetime(2026, 11, 1, tzinfo=UTC)
Row = dict[str, str]


def read_examples() -> dict[str, list[Row]]:
    """Rows by example, each with an event id and the number of its subscription."""
    found: dict[str, list[Row]] = defaultdict(list)
    with EXAMPLES.open(newline="", encoding="utf-8") as text:
        for number, row in enumerate(csv.DictReader(text)):
            found[row["example"]].append({**row, "event_id": f"E{number}"})
    return found


def deliveries(number: int, rows: list[Row]) -> list[tuple[str, Row]]:
    """One subscription on an account of its own, its add-ons, and its usage."""
    first = rows[0]
    begins = min(row["started_at"] for row in rows)
    name = {"subscription_id": f"S{number}", "account_id": f"A{number}"}
    account = {**name, "currency": first["currency"], "time_zone": first["time_zone"]}
    actions = [{"action": "activate", "plan_id": first["plan_id"], "subscriber": f"431{number}"}]
    actions += [
        {"action": "add_bundle", "bundle_id": bundle} for bundle in first["bundles"].split()
    ]
    actions = [
        {**name, **action, "action_id": f"{number}-{n}", "effective_at": begins}
        for n, action in enumerate(actions)
    ]
    return [
        ("account", {**account, "effective_at": "2025-01-01T00:00:00Z"}),
        *(("action", action) for action in actions),
        *(("usage", {**row, "subscriber": f"431{number}"}) for row in rows),
    ]


def test_the_oracle_agrees_with_every_example() -> None:
    examples = read_examples()
    everything = [item for n, rows in enumerate(examples.values()) for item in deliveries(n, rows)]
    known = [
        Delivered(feed, row, Knowledge(KNOWN_AT, feed, record_no))
        for record_no, (feed, row) in enumerate(everything, start=1)
    ]
    result = rate(known, Reference.read(EXAMPLES.parent.parent))
    reasons = {usage.event_id: result.verdicts[at].reason for at, usage in result.usages.items()}
    for name, rows in examples.items():
        for row in rows:
            charge = result.charges.get(row["event_id"])
            expected = Fraction(row["expected_charge"]) if row["expected_charge"] else None
            got = None if charge is None else charge.charge_amount
            assert (got, reasons[row["event_id"]] or "") == (expected, row["expected_reason"]), name
            if charge is not None and row["expected_tariff"]:
                assert charge.tariff_id == row["expected_tariff"], name
