"""Tariff files as rows of their history tables, and what their steps cost."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ingestion.reference.files import FILES
from ingestion.reference.history import as_arrow, changed_files, delivered_hashes
from ingestion.reference.rates import step_rates
from ingestion.reference.table import read_table

KNOWN_AT = datetime(2026, 11, 1, tzinfo=UTC)


def rows(folder: Path, name: str, text: str) -> list[dict[str, Any]]:
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    table, problems = read_table(folder, FILES[name])
    assert problems == []
    found: pa.Table = as_arrow(table, 7, KNOWN_AT)
    return found.to_pylist()


def test_a_row_is_known_from_its_run_on_until_it_is_closed(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, "destinations", "prefix,zone,valid_from\n+41,alps,\n")
    assert (row["prefix"], row["zone"], row["valid_from"]) == ("41", "alps", None)
    assert (row["known_at"], row["known_to"]) == (KNOWN_AT, None)
    assert (row["run_id"], row["closed_run_id"]) == (7, None)


def test_a_row_is_told_by_all_that_it_says(tmp_path: Path) -> None:
    same = rows(tmp_path, "destinations", "zone,prefix\nalps,0041\nalps,+41\n")
    other = rows(tmp_path, "destinations", "zone,prefix\nworld,41\n")
    assert same[0]["row_key"] == same[1]["row_key"] != other[0]["row_key"]


def test_times_of_day_are_kept_as_they_are_written(tmp_path: Path) -> None:
    header = "calendar_id,band,days,from_time,to_time"
    (row,) = rows(tmp_path, "time_bands", f'{header}\neu,peak,"Mon-Fri, sat",00:00,24:00\n')
    assert (row["days"], row["from_time"], row["to_time"]) == ("mon-fri,sat", "00:00", "24:00")


def test_only_files_with_other_bytes_are_changed(tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_text("service\nvoice\n")
    before = delivered_hashes(tmp_path)
    (tmp_path / "holidays.csv").write_text("calendar_id,date\n")
    assert changed_files({}, before) == ["services"]
    assert changed_files(before, delivered_hashes(tmp_path)) == ["holidays"]


def step(step_no: int = 1, **said: str) -> dict[str, Any]:
    given = {"price": "0", "unit_size": "1", "from_units": "0", **said}
    numbers: dict[str, Any] = {name: Decimal(text) for name, text in given.items()}
    nothing = dict.fromkeys(("to_units", "increment", "flat_fee"))
    return {"tariff_id": "t", "step_no": step_no, **nothing, **numbers}


def test_a_step_costs_a_reduced_fraction_of_whole_numbers() -> None:
    # 0.10 for 60: 10^9 for 60 * 10^6, which is 50 for 3
    (rate,) = step_rates([step(price="0.10", unit_size="60", increment="1", flat_fee="0.5")])
    assert (rate.numerator, rate.denominator) == (50, 3)
    assert (rate.low, rate.high, rate.increment) == (0, None, 1_000_000)
    assert rate.flat_fee == 5_000_000_000


def test_the_steps_of_a_tariff_have_one_denominator() -> None:
    steps = [step(1, price="0.10", unit_size="60"), step(2, price="0.05", unit_size="7")]
    first, second = step_rates(steps)
    assert first.denominator == second.denominator == 21
    assert (first.numerator, second.numerator) == (350, 1500)


@pytest.mark.parametrize("unit_size", ["999999999999.9999999999", "0.0000000001"])
def test_what_has_too_many_digits_to_be_rated_has_no_fraction(unit_size: str) -> None:
    (rate,) = step_rates([step(price="999999999999.9999999999", unit_size=unit_size)])
    assert rate.numerator is None or rate.numerator < 10**34
    assert rate.denominator is None or rate.denominator < 10**18
    (finest,) = step_rates([step(price="0.0000000001", unit_size="999999999999.9999999999")])
    assert (finest.numerator, finest.denominator) == (None, None)
