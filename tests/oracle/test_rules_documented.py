"""The examples of docs/rules.md come out as the page says."""

import csv
import io
import re
from dataclasses import asdict, dataclass, field
from fractions import Fraction

import pytest

from ingestion.settings import PROJECT
from tests.oracle.examples import START
from tests.oracle.rating import Result, rate
from tests.oracle.records import Delivered, Knowledge
from tests.oracle.reference import Reference
from tests.oracle.world_frame import Files, Row, Rows

PAGE = (PROJECT / "docs" / "rules.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
BLOCK = re.compile(
    r"^```csv (?P<name>\w+)\n(?P<rows>.*?)^```|(?P<table>(?:^\|[^\n]*\n)+)", re.M | re.S
)
FEEDS = ("account", "action")
RECORD = {
    "event_id": "e1",
    "service": "voice",
    "subscriber": "491700000001",
    "counterparty": "4930123456789",
    "started_at": "2026-03-02T10:00:00+01:00",
    "quantity": "60",
}
USAGE = {*RECORD, "direction", "serving_network", "session_id", "partial_no", "kind"}
USAGE |= {"target_event_id"}


@dataclass
class Example:
    """What a section has said so far."""

    feeds: Files = field(default_factory=dict)
    reference: Files = field(default_factory=dict)
    result: Result | None = None

    def say(self, name: str, rows: Rows) -> None:
        if name in FEEDS:
            self.feeds[name] = [*self.feeds.get(name, []), *rows]
        else:
            self.reference = {**self.reference, name: rows}

    def check(self, rows: Rows) -> None:
        """Hold a table of the page against the oracle: of records, or of segments."""
        if "segment_no" in rows[0]:
            events = {row["event_id"] for row in rows}
            assert rows == [shown(row, found) for row, found in self.segments(events, rows)]
        else:
            self.result = self.rated(rows)
            assert rows == [self.outcome(row, no) for no, row in enumerate(rows, start=1)]

    def rated(self, rows: Rows) -> Result:
        usage = [{**RECORD, **{k: v for k, v in row.items() if k in USAGE}} for row in rows]
        return rate(
            [
                Delivered(feed, row, Knowledge(START, feed, number))
                for feed, some in {**self.feeds, "usage": usage}.items()
                for number, row in enumerate(some, start=1)
            ],
            Reference(self.reference),
        )

    def outcome(self, row: Row, record_no: int) -> Row:
        """The row with what the oracle makes of the record in the place of what the page says."""
        assert self.result is not None
        verdict = self.result.verdicts["usage", record_no]
        charge = self.result.charges.get(row["event_id"])
        is_rated = charge is not None and verdict.disposition == "rated"
        said = {name: value for name, value in row.items() if name in USAGE}
        found = {**asdict(verdict), **(vars(charge) if is_rated else {})}
        return {name: said.get(name, text(found.get(name), row[name])) for name in row}

    def segments(self, events: set[str], rows: Rows) -> list[tuple[Row, dict[str, object]]]:
        assert self.result is not None
        found = [
            {"event_id": event_id, **vars(segment)}
            for event_id in sorted(events)
            for segment in self.result.charges[event_id].segments
        ]
        return list(zip(rows, found, strict=True))


def shown(row: Row, found: dict[str, object]) -> Row:
    return {name: text(found[name], row[name]) for name in row}


def text(value: object, said: str) -> str:
    """A value as the page writes it; a number as it is written there if it is the same."""
    if value is None:
        return ""
    is_number = isinstance(value, (int, Fraction)) and re.fullmatch(r"-?[0-9.]+", said)
    return said if is_number and Fraction(said) == value else str(value)


def rows_of(table: str) -> Rows:
    """The rows of a Markdown table."""
    header, _, *lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()
    ]
    return [dict(zip(header, line, strict=True)) for line in lines]


def follow(section: str, example: Example) -> int:
    """Read a section from top to bottom; return how many tables it has checked."""
    checked = 0
    for block in BLOCK.finditer(SECTIONS[section]):
        if block["name"]:
            example.say(block["name"], list(csv.DictReader(io.StringIO(block["rows"]))))
        else:
            example.check(rows_of(block["table"]))
            checked += 1
    return checked


def test_the_page_has_the_rules_that_there_are() -> None:
    numbers = [int(title.split(".")[0]) for title in SECTIONS if title[0].isdigit()]
    assert numbers == [*range(1, 13), 21]


@pytest.mark.parametrize("section", [title for title in SECTIONS if title[0].isdigit()])
def test_an_example_comes_out_as_the_page_says(section: str) -> None:
    example = Example()
    assert follow("The examples", example) == 1
    assert follow(section, example) >= 1


def test_the_page_names_every_reason_in_the_order_of_precedence() -> None:
    order = re.search(r"the first of these is given: (.*?)\.\n", PAGE, re.S)
    assert order is not None
    assert re.findall(r"`(\w+)`", order[1])[-5:] == [
        "no_tariff",
        "ambiguous_tariff",
        "currency_mismatch",
        "beyond_last_step",
        "amount_out_of_range",
    ]
