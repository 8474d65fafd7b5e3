"""`ratelake explain` on the sample operator, held against the tables it reads."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import Ratelake

TWO_BANDS = """
select charge.event_id, charge.charge_amount, charge.currency
from rated.usage_charges as charge
inner join rated.usage_charge_segments as segment
    on charge.file_id = segment.file_id and charge.record_no = segment.record_no
group by charge.event_id, charge.charge_amount, charge.currency
having count(*) = 2 and count(distinct segment.band) = 2
order by charge.event_id limit 1
"""
SUSPENDED = """
select event_id from rated.usage_dispositions
where disposition = 'suspended' and reason = 'no_tariff' order by event_id limit 1
"""


def found(ratelake: Ratelake, sql: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = json.loads(ratelake("query", sql, "--format", "json").stdout)
    return rows[0]


@pytest.fixture(scope="module")
def charge(published: Ratelake) -> dict[str, Any]:
    """A charge with two segments, each in a band of its own."""
    return found(published, TWO_BANDS)


def test_json_has_the_record_and_each_segment_with_its_price(
    published: Ratelake, charge: dict[str, Any]
) -> None:
    shown = json.loads(published("explain", charge["event_id"], "--format", "json").stdout)
    assert [record["disposition"] for record in shown["records"]].count("rated") == 1
    lines = shown["charge_lines"]
    assert [line["segment_no"] for line in lines] == [1, 2]
    for line in lines:
        exact = Decimal(line["billed_units"]) * Decimal(line["price"]) / Decimal(line["unit_size"])
        assert abs(exact - Decimal(line["amount"])) < 1
        assert line["file_name"]
    together = sum(Decimal(line["amount"]) for line in lines)
    assert together + Decimal(lines[0]["connection_fee"]) == Decimal(charge["charge_amount"])


def test_text_is_for_finance(published: Ratelake, charge: dict[str, Any]) -> None:
    shown = published("explain", charge["event_id"]).stdout
    amount = f"{Decimal(charge['charge_amount']).normalize():f}"
    assert f"charge {amount} {charge['currency']}, rounded" in shown
    assert "connection fee" in shown and ": rated" in shown


def test_an_event_without_a_charge_says_why(published: Ratelake) -> None:
    shown = published("explain", found(published, SUSPENDED)["event_id"]).stdout
    assert "suspended / no_tariff: no tariff of the plan" in shown
    assert "It has no charge." in shown


def test_an_unknown_event_is_one_sentence(published: Ratelake) -> None:
    failed = published("explain", "no-such-event", exit_code=1)
    assert "no usage record with event_id 'no-such-event' has come" in failed.stderr
