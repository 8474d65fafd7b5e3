"""docs/export.md names every field that is written, in order, and no other."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ingestion.settings import PROJECT
from statements.export.fields import STATEMENT, document, line_document, paths, tax_items

PAGE = (PROJECT / "docs" / "export.md").read_text("utf-8")
AT = datetime(2026, 1, 1, tzinfo=UTC)
AMOUNT = Decimal("1.000000")
ROW: dict[str, Any] = {
    **dict.fromkeys(("net_amount", "tax_amount", "total_amount", "due_amount"), AMOUNT),
    **dict.fromkeys(("quantity", "charge_amount", "exchange_rate", "tax_rate"), AMOUNT),
    **dict.fromkeys(("closed_at", "cycle_start_at", "cycle_end_at"), AT),
    **dict.fromkeys(("covered_from", "covered_to"), AT),
    **dict.fromkeys(("version", "line_count", "run_id", "event_count", "line_no"), 1),
    **dict.fromkeys(("statement_id", "supersedes", "account_id", "currency", "tax_code"), "a"),
    **dict.fromkeys(("tax_basis", "line_key", "line_type", "item_id", "description"), "a"),
    **dict.fromkeys(("subscription_id", "plan_id", "service", "direction"), "a"),
    **dict.fromkeys(("destination_zone", "roaming_zone", "charge_currency"), "a"),
    "minor_digits": 2,
    "cycle_start": date(2026, 1, 1),
}


def leaves(value: object, path: str = "") -> list[str]:
    if isinstance(value, dict):
        return [
            leaf
            for name, inner in value.items()
            for leaf in leaves(inner, f"{path}.{name}" if path else name)
        ]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner, f"{path}[]")]
    return [path]


def test_the_page_names_every_path_in_order() -> None:
    assert re.findall(r"^\| `([\w.\[\]]+)` \| .", PAGE, re.M)[3:] == paths()


def test_the_paths_are_those_of_a_document() -> None:
    whole = document(STATEMENT, ROW) | {
        "taxItem": tax_items([ROW]),
        "appliedCustomerBillingRate": [line_document(ROW)],
    }
    assert leaves(whole) == paths()


def test_taxed_lines_add_up_by_code_rate_and_basis() -> None:
    """Two lines of one rate are one item; what is not taxed is none."""
    untaxed = ROW | {"tax_rate": None, "tax_code": None}
    reduced = ROW | {"tax_rate": Decimal("0.500000")}
    found = tax_items([ROW, untaxed, reduced, ROW])
    assert [(item["taxRate"], item["taxAmount"]["value"]) for item in found] == [
        ("0.5", "1.00"),
        ("1", "2.00"),
    ]
    assert line_document(untaxed)["appliedTax"] == []
