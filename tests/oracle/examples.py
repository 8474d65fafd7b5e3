"""A small operator for the examples that are worked by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tests.oracle.rating import Charge, Result, rate
from tests.oracle.records import Delivered, Knowledge
from tests.oracle.reference import Reference
from tests.oracle.world_frame import Files, Row, Rows

START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday, ten o'clock in Berlin
NOW = START.isoformat()
BASIC: Files = {
    "services": [
        {"service": "voice", "unit": "second", "is_timed": "true"},
        {"service": "data", "unit": "byte", "is_timed": "false"},
    ],
    "plans": [{"plan_id": "basic", "currency": "EUR"}],
    "destinations": [{"prefix": "49", "zone": "germany"}, {"prefix": "4930", "zone": "berlin"}],
    "roaming_networks": [{"network": "208", "zone": "france"}, {"network": "20810", "zone": "sfr"}],
}
ACCOUNT = {
    "account_id": "a1",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "bill_day": "15",
    "effective_at": "2026-01-01T00:00:00Z",
}
ACTIVATE = {
    "action_id": "n1",
    "effective_at": "2026-01-01T00:00:00Z",
    "action": "activate",
    "subscription_id": "s1",
    "account_id": "a1",
    "subscriber": "+491700000001",
    "plan_id": "basic",
}


def usage(event_id: str = "e1", quantity: str = "60", **given: str) -> Row:
    return {
        "event_id": event_id,
        "service": "voice",
        "subscriber": "491700000001",
        "counterparty": "4915112345678",
        "started_at": START.isoformat(),
        "quantity": quantity,
        **given,
    }


def tariff(tariff_id: str = "t1", **given: str) -> Row:
    return {"tariff_id": tariff_id, "plan_id": "basic", "service": "voice", **given}


def step(
    tariff_id: str = "t1", step_no: str = "1", lo: str = "0", hi: str = "", **given: str
) -> Row:
    return {
        "tariff_id": tariff_id,
        "step_no": step_no,
        "from_units": lo,
        "to_units": hi,
        "price": "0.10",
        "unit_size": "60",
        **given,
    }


def priced(tariffs: Rows, steps: Rows) -> Files:
    return {"tariffs": tariffs, "tariff_steps": steps}


PRICED = priced([tariff()], [step()])


def rated(
    *usages: Row,
    actions: Sequence[Row] = (),
    accounts: Sequence[Row] = (ACCOUNT,),
    reference: Files | None = None,
) -> Result:
    """Rate usages that became known one after the other, in file `u`.

    `reference` is added to BASIC; without any there is no tariff.
    """
    rows = [("account", row) for row in accounts]
    rows += [("action", row) for row in (ACTIVATE, *actions)]
    deliveries = [
        Delivered(feed, row, Knowledge(START, feed, number))
        for number, (feed, row) in enumerate(rows, start=1)
    ]
    deliveries += [
        Delivered("usage", row, Knowledge(START, "u", number))
        for number, row in enumerate(usages, start=1)
    ]
    return rate(deliveries, Reference({**BASIC, **(reference or {})}))


def verdicts(result: Result) -> list[tuple[str, str | None]]:
    found = sorted(result.verdicts.items())
    return [(verdict.disposition, verdict.reason) for _, verdict in found]


def only_charge(result: Result) -> Charge:
    assert verdicts(result) == [("rated", None)]
    (charge,) = result.charges.values()
    return charge
