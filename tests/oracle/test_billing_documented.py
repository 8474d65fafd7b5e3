"""The example of docs/billing.md comes out as the page says."""

import re
from collections.abc import Iterable
from fractions import Fraction

from ingestion.settings import PROJECT
from tests.oracle.billing.ledger_examples import FEEDS, Home, call, reference
from tests.oracle.world_frame import Row

PAGE = (PROJECT / "docs" / "billing.md").read_text("utf-8")
[EXAMPLE] = re.findall(r"^### An example\n(.*?)(?=^## )", PAGE, re.M | re.S)
PRICES = reference(
    "9.90",
    tariffs=[{"tariff_id": "talk", "plan_id": "basic", "service": "voice", "tax_code": "standard"}],
    tariff_steps=[{"tariff_id": "talk", "step_no": "1", "price": "0.10", "unit_size": "60"}],
    taxes=[{"tax_profile": "home", "tax_code": "standard", "rate_percent": "19"}],
    discounts=[{"discount_id": "d", "account_id": "a1", "on": "total", "percent": "10"}],
)


def tables() -> list[list[Row]]:
    found = []
    for table in re.findall(r"(?:^\|[^\n]*\n)+", EXAMPLE, re.M):
        names, _, *rows = (
            [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()
        )
        found.append([dict(zip(names, row, strict=True)) for row in rows])
    return found


def as_told(told: list[Row], rows: Iterable[dict[str, object]]) -> list[Row]:
    """The columns that the page tells, as it writes them."""
    return [{name: text(row[name]) for name in told[0]} for row in rows]


def text(value: object) -> str:
    return f"{float(value):.2f}" if isinstance(value, Fraction) else str(value)


def test_the_example_comes_out_as_the_page_says() -> None:
    home = Home()
    first = call("e1", "120", "2026-02-10")
    home.run("2026-03-01", {**FEEDS, "usage": [first]}, PRICES)
    home.run("2026-03-02", {"usage": [call("e2", "3600", "2026-02-20")]}, PRICES)
    lines, deltas, entries = tables()
    assert as_told(lines, home.books.lines) == lines
    assert as_told(deltas, home.books.deltas) == deltas
    for entry in entries:
        posted = home.posted(entry["transaction"])
        assert text(posted[f"{entry['ledger_account']} EUR"]) == entry["amount"]
    assert len(home.posted(entries[0]["transaction"])) == len(entries)
