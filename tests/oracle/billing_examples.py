"""A small operator's billing cycles, for the examples that are worked by hand."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction

from tests.oracle.billing.cycles import Statement, statements
from tests.oracle.examples import ACCOUNT, ACTIVATE, BASIC, PRICED
from tests.oracle.rating import Result, rate
from tests.oracle.records import Delivered, Knowledge
from tests.oracle.reference import Reference
from tests.oracle.world_frame import Files, Row

KNOWN_AT = datetime(2026, 7, 1, tzinfo=UTC)
# calendar months in Berlin
MONTHLY = {**ACCOUNT, "bill_day": "1"}
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def plan(fee: str = "31", prorate: str = "true", **given: str) -> Row:
    """Plan `basic` in euros; its fee is a euro for each day of March."""
    basic = {"plan_id": "basic", "currency": "EUR", "recurring_fee": fee, "prorate": prorate}
    return {**basic, **given}


def begin(at: str, **given: str) -> Row:
    return {**ACTIVATE, "effective_at": at, **given}


def action(action_id: str, kind: str, at: str, **given: str) -> Row:
    return {
        "action_id": action_id,
        "action": kind,
        "effective_at": at,
        "subscription_id": "s1",
        **given,
    }


def known(
    usages: Sequence[Row], actions: Sequence[Row], accounts: Sequence[Row]
) -> list[Delivered]:
    feeds = (("account", accounts), ("action", actions), ("usage", usages))
    return [
        Delivered(feed, row, Knowledge(KNOWN_AT, feed, number))
        for feed, rows in feeds
        for number, row in enumerate(rows, start=1)
    ]


def billed(
    *usages: Row,
    actions: Sequence[Row] = (ACTIVATE,),
    accounts: Sequence[Row] = (MONTHLY,),
    reference: Files | None = None,
    until: datetime = KNOWN_AT,
) -> dict[date, Statement]:
    """The statements of account a1 by the first day of the cycle. Voice is 0.10 a minute."""
    files = {**BASIC, **PRICED, **(reference or {})}
    delivered = known(usages, actions, accounts)
    found = statements(
        delivered, Reference(files), rate(delivered, Reference(files)), closed_until=until
    )
    return {start: statement for (_, start), statement in found.items() if statement}


def rating_of(*usages: Row, reference: Files) -> Result:
    return rate(known(usages, (ACTIVATE,), (MONTHLY,)), Reference({**BASIC, **PRICED, **reference}))


def told(statement: Statement) -> list[str]:
    """Each line as `type item net` or, when it is taxed, `type item net + tax`."""
    return [
        f"{row.line.key.line_type} {row.line.key.item_id} {decimal(row.net)}"
        + (f" + {decimal(row.tax)}" if row.line.tax.rate is not None else "")
        for row in statement.lines
    ]


def decimal(value: Fraction) -> str:
    """With two decimals, as euros are."""
    assert value * 100 == int(value * 100)
    return f"{float(value):.2f}"
