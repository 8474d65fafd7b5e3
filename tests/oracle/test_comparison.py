"""The comparison itself: it finds what differs, and takes decimals for the fractions they are."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.oracle.comparison import (
    Tables,
    TwoRowsForOneKey,
    add,
    differences,
    expected_tables,
    explain,
)
from tests.oracle.examples import PRICED, rated, usage
from tests.oracle.reference import Reference

RESULT = rated(usage(), reference=PRICED)


def as_read(tables: Tables) -> Tables:
    """Rows as a table gives them: numbers as decimals with its scale."""
    return {
        name: {key: {column: decimal(value) for column, value in row.items()} for key, row in rows}
        for name, rows in ((name, table.items()) for name, table in tables.items())
    }


def decimal(value: object) -> object:
    if not isinstance(value, Fraction):
        return value
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.000000"))


def test_decimals_with_other_zeros_are_the_same_numbers() -> None:
    expected = expected_tables(RESULT)
    got = as_read(expected)
    assert str(got["rated.usage_charges"]["e1",]["charge_amount"]) == "0.100000"
    assert differences(expected, got) == []


def test_a_difference_in_the_last_digit_a_missing_and_an_unexpected_row_are_found() -> None:
    expected, got = expected_tables(RESULT), as_read(expected_tables(RESULT))
    got["rated.usage_charges"]["e1",]["charge_amount"] = Decimal("0.100001")
    segments = got["rated.usage_charge_segments"]
    segments["e2", 1] = segments.pop(("e1", 1))
    found = differences(expected, got)
    assert [difference.kind for difference in found] == [
        "rated.usage_charges: charge_amount",
        "rated.usage_charge_segments: row missing",
        "rated.usage_charge_segments: row not expected",
    ]
    assert "e1" in explain(found, RESULT, Reference(PRICED))


def test_two_rows_for_one_key_are_never_one() -> None:
    table = {("e1",): {"event_id": "e1"}}
    with pytest.raises(TwoRowsForOneKey):
        add(table, ("event_id",), {"event_id": "e1"})
