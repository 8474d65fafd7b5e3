"""`ratelake explain`, held against charges that are worked out by hand."""

import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from ingestion.committed import committed
from ingestion.explain import UnknownEvent, read, write_json
from ingestion.explain_text import write_text
from ingestion.settings import Settings
from ratelake import app


@pytest.fixture(scope="module")
def home(explained_home: Settings) -> Iterator[SparkSession]:
    with committed(explained_home) as spark:
        yield spark


def lines(home: SparkSession, event_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(home, event_id)["charge_lines"]
    return found


def text(home: SparkSession, event_id: str) -> str:
    out = io.StringIO()
    write_text(read(home, event_id), out)
    return out.getvalue()


def cells(shown: str) -> list[list[str]]:
    """The rows of the table in an explanation."""
    rows = [line for line in shown.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in row.strip("│").split("│")] for row in rows]


def amounts(found: list[dict[str, Any]], name: str) -> list[Decimal]:
    return [Decimal(line[name]) for line in found]


def test_each_step_has_its_units_price_and_amount(home: SparkSession) -> None:
    """0.05, 60 seconds at 0.12 a minute, 15 seconds at 0.08 a minute: 0.05 + 0.12 + 0.02."""
    shown = text(home, "steps")
    assert cells(shown) == [
        ["", "", "connection fee", "", "", "", "0.05"],
        ["1", "peak", "talk_peak, step 1", "60", "60", "0.12 for 60, by 60", "0.12"],
        ["2", "peak", "talk_peak, step 2", "15", "15", "0.08 for 60, by 1", "0.02"],
    ]
    assert "usages.csv, record 1: rated" in shown
    assert "voice out to germany (prefix 49) from home: 75 units" in shown
    assert "started 2026-03-17T09:00:00Z" in shown
    assert "subscription s1 of account a1, plan basic; its day 2026-03-17" in shown
    assert "charge 0.19 EUR, rounded half_up to 2 decimals\n" in shown


def test_each_band_has_the_tariff_that_prices_it(home: SparkSession) -> None:
    """The minute that begins at 19:59:30 is peak; the 30 seconds after it are a minute at night."""
    assert cells(text(home, "bands"))[1:] == [
        ["1", "peak", "talk_peak, step 1", "60", "60", "0.12 for 60, by 60", "0.12"],
        ["2", "night", "talk_night, step 1", "30", "60", "0.06 for 60, by 60", "0.06"],
    ]


def test_json_has_the_digits_of_all_that_the_charge_was_made_from(home: SparkSession) -> None:
    out = io.StringIO()
    write_json(read(home, "steps"), out)
    explained = json.loads(out.getvalue())
    first, second = explained["charge_lines"]
    assert explained["records"][0]["known_at"] == "2026-04-01T00:00:00Z"
    assert (first["record_no"], first["file_name"]) == (1, "usages.csv")
    assert (first["quantity"], first["billable_units"]) == ("75.000000", "75.000000")
    assert (second["price"], second["unit_size"]) == ("0.0800000000", "60.0000000000")
    assert (second["amount"], second["charge_amount"]) == ("0.0200000000", "0.1900000000")
    assert (first["currency"], first["rounding_scale"]) == ("EUR", 2)


def test_what_a_bundle_covers_names_it(home: SparkSession) -> None:
    """75 seconds of two parts are two blocks of 60 of the bundle; the fee stays."""
    shown = text(home, "part1")
    assert cells(shown) == [
        ["", "", "connection fee", "", "", "", "0.05"],
        ["1", "peak", "bundle talk_10", "75", "120", "covered", "0"],
    ]
    assert "charge 0.05 EUR" in shown


def test_an_event_shows_the_parts_that_were_merged_into_it(home: SparkSession) -> None:
    shown = text(home, "part1")
    assert "record 15: rated" in shown
    assert "record 16: merged into part1, 45 units of part2" in shown
    assert "record 16: merged into part1, 45 units of part2" in text(home, "part2")


def test_steps_over_the_cycle_say_how_many_units_came_before(home: SparkSession) -> None:
    """40 of the 50 units complete the first 100 of the cycle."""
    found = lines(home, "surf2")
    assert amounts(found, "units") == [40, 10]
    assert amounts(found, "amount") == [80, 10]
    said = "surf counts its steps over the billing cycle: 60 units came before this event"
    assert said in text(home, "surf2")


def test_a_price_by_the_cycles_volume_says_what_the_cycle_comes_to(home: SparkSession) -> None:
    """110 messages: all of them have the second step's price, also the first 60."""
    assert amounts(lines(home, "text1"), "amount") == [60]
    said = "text prices by the cycle's volume: all units of the billing cycle, 110 as now known"
    assert said in text(home, "text1")


def test_a_price_by_the_events_volume_says_so(home: SparkSession) -> None:
    """12 pages at 0.10, and 1.00 once for the step."""
    shown = text(home, "pages")
    assert cells(shown)[1:] == [
        ["1", "peak", "fax, step 2", "12", "12", "0.1 for 1, entered for 1", "2.2"]
    ]
    assert "fax prices all units of the event at the step of their total" in shown


def test_minimum_and_maximum_are_named_with_what_the_charge_would_be(home: SparkSession) -> None:
    assert "charge 0.5 EUR, rounded up to 2 decimals; 0.3 without the minimum" in text(
        home, "cheap"
    )
    assert "charge 2 EUR, rounded up to 2 decimals; 2.7 without the maximum" in text(home, "dear")
    assert "charge -2 EUR, rounded up to 2 decimals; -2.7 without the maximum" in text(home, "back")


def test_a_charge_without_segments_has_one_line(home: SparkSession) -> None:
    [line] = lines(home, "none")
    assert line["segment_no"] is None and Decimal(line["charge_amount"]) == 0
    assert "charge 0 EUR" in text(home, "none")


def test_an_event_without_a_charge_says_why(home: SparkSession) -> None:
    shown = text(home, "lost")
    assert "suspended / unknown_subscriber: nobody held the number when it started" in shown
    assert "It has no charge." in shown
    assert lines(home, "lost") == []


def test_a_correction_names_what_it_corrects(home: SparkSession) -> None:
    assert "record 13: superseded" in text(home, "wrong")
    assert "record 14 (replace of wrong): rated" in text(home, "right")


def test_a_name_is_never_read_as_sql(home: SparkSession) -> None:
    assert "record 17: rated" in text(home, "it's a \\ {name}")
    with pytest.raises(UnknownEvent):
        read(home, "' or 'a' = 'a")


def test_an_unknown_event_is_one_sentence(explained_home: Settings) -> None:
    failed = CliRunner().invoke(
        app, ["explain", "no-such-event", "--home", str(explained_home.root)]
    )
    assert failed.exit_code == 1
    assert failed.stderr == "ratelake: no usage record with event_id 'no-such-event' has come\n"
