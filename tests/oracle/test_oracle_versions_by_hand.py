"""Rules 17 and 18, how statements close and what changes them, worked by hand."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from tests.oracle.billing.cycles import Statement, statements
from tests.oracle.billing.versions import Books, Row
from tests.oracle.billing_examples import MARCH, MONTHLY, action, known, plan
from tests.oracle.examples import ACTIVATE, BASIC, PRICED, usage
from tests.oracle.rating import rate
from tests.oracle.records import Delivered
from tests.oracle.reference import Reference
from tests.oracle.world_frame import Files
from tests.oracle.world_frame import Row as Given

# where March ends in Berlin
END = datetime(2026, 3, 31, 22, tzinfo=UTC)
DAY = timedelta(days=1)
LEAST = timedelta(microseconds=1)
FEE: Files = {"plans": [plan("9.90", "false")]}
FREE: Files = {"plans": [plan("", "false")]}
CALL = usage("e1", "3600")
# so that only March has a line
OVER = action("n9", "terminate", "2026-03-31T12:00:00+02:00")
BEGUN = {**ACTIVATE, "effective_at": "2026-03-01T00:00:00+01:00"}


class Operator:
    """What closes, run by run."""

    def __init__(self) -> None:
        self.books = Books()

    def run(
        self,
        at: datetime,
        *usages: Given,
        reference: Files = FEE,
        actions: Sequence[Given] = (BEGUN, OVER),
        until: datetime | None = None,
    ) -> None:
        delivered: list[Delivered] = known(usages, actions, (MONTHLY,))
        files = Reference({**BASIC, **PRICED, **reference})
        rated = rate(delivered, files)
        found: dict[tuple[str, date], Statement | None] = statements(
            delivered, files, rated, until or at
        )
        self.books.close(found, at)

    def told(self) -> list[tuple[str, str | None, int, Fraction, datetime]]:
        names = ("statement_id", "supersedes", "line_count", "total_amount", "closed_at")
        return [tuple(row[name] for name in names) for row in self.books.statements]  # type: ignore[misc]

    def deltas(self, version: int) -> list[Row]:
        names = ("line_type", "old_net_amount", "new_net_amount", "delta_amount")
        return [
            {name: row[name] for name in names}
            for row in self.books.deltas
            if row["to_version"] == version
        ]


def delta(line_type: str, old: str, new: str) -> Row:
    return {
        "line_type": line_type,
        "old_net_amount": Fraction(old),
        "new_net_amount": Fraction(new),
        "delta_amount": Fraction(new) - Fraction(old),
    }


ONE = "a1/2026-03-01/1"
TWO = "a1/2026-03-01/2"


def test_a_cycle_closes_at_the_first_run_at_or_after_its_end() -> None:
    operator = Operator()
    operator.run(END - LEAST)
    assert operator.told() == []
    operator.run(END)
    operator.run(END + DAY)
    assert operator.told() == [(ONE, None, 1, Fraction("9.90"), END)]
    assert operator.books.statements[0]["cycle_end_at"] == END


def test_a_cycle_waits_for_the_grace_of_late_usage() -> None:
    operator = Operator()
    operator.run(END, until=END - DAY)
    assert operator.told() == []
    operator.run(END + DAY, until=END)
    assert operator.told() == [(ONE, None, 1, Fraction("9.90"), END + DAY)]


def test_a_cycle_without_a_line_closes_when_it_gets_one() -> None:
    operator = Operator()
    operator.run(END, reference=FREE)
    assert operator.told() == []
    operator.run(END + DAY, CALL, reference=FREE)
    # an hour at 0.10 a minute
    assert operator.told() == [(ONE, None, 1, Fraction(6), END + DAY)]


def test_late_usage_makes_a_second_version_with_the_line_that_differs() -> None:
    operator = Operator()
    operator.run(END)
    operator.run(END + DAY, CALL)
    assert operator.told() == [
        (ONE, None, 1, Fraction("9.90"), END),
        (TWO, ONE, 2, Fraction("15.90"), END + DAY),
    ]
    assert operator.deltas(2) == [delta("usage", "0", "6")]
    more = usage("e2", "600")
    operator.run(END + 2 * DAY, CALL, more)
    assert operator.deltas(3) == [delta("usage", "6", "7")]


def test_no_difference_makes_no_version_and_the_last_one_stays_as_it_was_written() -> None:
    operator = Operator()
    operator.run(END, CALL)
    # another event that costs nothing: one more on the line, and nothing to bill
    operator.run(END + DAY, CALL, usage("e2", "0"))
    assert len(operator.told()) == 1
    assert operator.books.lines[0]["event_count"] == 1
    assert operator.books.deltas == []


def test_a_line_that_is_gone_goes_to_zero() -> None:
    operator = Operator()
    operator.run(END, CALL)
    cancel = usage("c1", "3600", kind="cancel", target_event_id="e1")
    operator.run(END + DAY, CALL, cancel)
    assert operator.told()[1] == (TWO, ONE, 1, Fraction("9.90"), END + DAY)
    assert operator.deltas(2) == [delta("usage", "6", "0")]


def test_a_cycle_of_which_nothing_is_left_gets_a_version_without_lines() -> None:
    operator = Operator()
    operator.run(END)
    operator.run(END + DAY, reference=FREE)
    assert operator.told()[1] == (TWO, ONE, 0, Fraction(0), END + DAY)
    assert operator.deltas(2) == [delta("recurring", "9.90", "0")]
    operator.run(END + 2 * DAY)
    assert operator.deltas(3) == [delta("recurring", "0", "9.90")]


def test_another_fee_in_the_same_version_of_a_plan_changes_the_line() -> None:
    operator = Operator()
    operator.run(END)
    operator.run(END + DAY, reference={"plans": [plan("12", "false")]})
    assert operator.deltas(2) == [delta("recurring", "9.90", "12")]


def test_another_version_of_a_plan_is_another_line() -> None:
    operator = Operator()
    operator.run(END)
    dated = plan("12", "false", valid_from="2026-01-01T00:00:00Z")
    operator.run(END + DAY, reference={"plans": [dated]})
    assert operator.deltas(2) == [
        delta("recurring", "9.90", "0"),
        delta("recurring", "0", "12"),
    ]


def tax(rate: str, **given: str) -> Files:
    row = {"tax_profile": "*", "tax_code": "*", "rate_percent": rate, **given}
    return {**FEE, "taxes": [row]}


def test_another_rate_in_a_row_of_taxes_changes_the_tax_of_the_line() -> None:
    operator = Operator()
    operator.run(END, reference=tax("10"))
    operator.run(END + DAY, reference=tax("20"))
    (changed,) = operator.books.deltas
    # 9.90 at 10 percent is 0.99, at 20 percent 1.98
    assert changed["old_net_amount"] == changed["new_net_amount"] == Fraction("9.90")
    assert (changed["old_tax_amount"], changed["new_tax_amount"]) == (
        Fraction("0.99"),
        Fraction("1.98"),
    )


def test_another_row_of_taxes_or_the_first_is_another_line() -> None:
    operator = Operator()
    operator.run(END)
    operator.run(END + DAY, reference=tax("10"))
    operator.run(END + 2 * DAY, reference=tax("10", valid_from="2026-01-01T00:00:00Z"))
    assert [row["delta_amount"] for row in operator.books.deltas] == [
        Fraction("-9.90"),
        Fraction("10.89"),
        Fraction("-10.89"),
        Fraction("10.89"),
    ]


def test_a_back_dated_end_of_a_subscription_changes_all_cycles_it_had() -> None:
    operator = Operator()
    april = END + 30 * DAY
    prorated: Files = {"plans": [plan("31")]}
    operator.run(april, actions=(BEGUN,), reference=prorated)
    end = action("n8", "terminate", "2026-03-11T12:00:00+01:00")
    operator.run(april + DAY, actions=(BEGUN, end), reference=prorated)
    # 10 days of March are left of 31, and none of April
    assert [(row["statement_id"], row["total_amount"]) for row in operator.books.statements] == [
        (ONE, 31),
        ("a1/2026-04-01/1", 31),
        (TWO, 10),
        ("a1/2026-04-01/2", 0),
    ]


def test_a_closed_cycle_that_is_out_of_range_stays_as_it_is() -> None:
    operator = Operator()
    operator.run(END)
    account = {"account_id": "a1", "percent": "0.0000000001"}
    finest: Files = {
        "plans": [plan("9.9999999999", "true")],
        "discounts": [
            {**account, "discount_id": "d1", "on": "recurring"},
            {**account, "discount_id": "d2", "on": "total"},
        ],
    }
    # 8 decimals below a cent, and 12 for each stage of percents: 32
    operator.run(END + DAY, reference=finest)
    assert len(operator.told()) == 1
    assert MARCH in {row["cycle_start"] for row in operator.books.statements}
