"""Looks at a home's tables by path, with nothing of the product between."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable

from ingestion.lake import tables
from ingestion.settings import Settings

Rows = list[str]
# sums by the day of receipt: the files of one home may come before midnight, the other's after it
SUMS_BY_DAY = "aggregates.file_days"
COUNTS = ("file_count", "record_count", "rejected_count")
LAST = ("as_of", "run_id")
# what two homes with the same files may differ in: wall-clock times, and the commits it took
MAY_DIFFER = {
    "raw.source_files": {"received_at"},
    SUMS_BY_DAY: {"received_date"},
    "operations.runs": {"started_at", "finished_at", "duration_ms", "table_versions"},
}


def versions(settings: Settings) -> dict[str, int]:
    """The last commit of each table."""
    return {name: DeltaTable(place).version() for name, place in tables(settings).items()}


def rows(settings: Settings, table: str) -> Rows:
    """All rows as texts in order, without what may differ between two homes."""
    found = DeltaTable(tables(settings)[table]).to_pyarrow_table()
    kept = found.drop_columns(sorted(MAY_DIFFER.get(table, ())))
    if table == SUMS_BY_DAY:
        kept = _of_all_days(kept)
    return sorted(_text(row) for row in kept.to_pylist())


def _of_all_days(found: pa.Table) -> pa.Table:
    """The sums as they were if all had come on one day: of the last run that added to them."""
    aggregates = [*((name, "sum") for name in COUNTS), *((name, "max") for name in LAST)]
    summed = found.group_by(["feed", "status"]).aggregate(aggregates)
    return summed.rename_columns(["feed", "status", *COUNTS, *LAST])


def _text(row: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(row.items()))


def lake(settings: Settings) -> dict[str, Rows]:
    """The rows of every table."""
    return {name: rows(settings, name) for name in tables(settings)}


def differences(found: dict[str, Rows], expected: dict[str, Rows]) -> dict[str, str]:
    """Per table that differs, how many rows are only in one of the two, and the first of each."""
    told = {}
    for name in sorted({*found, *expected}):
        more = _beyond(found.get(name, ["no table"]), expected.get(name, ["no table"]))
        less = _beyond(expected.get(name, ["no table"]), found.get(name, ["no table"]))
        if more or less:
            told[name] = f"{len(more)} more: {more[:1]}; {len(less)} missing: {less[:1]}"
    return told


def _beyond(some: Rows, others: Rows) -> Rows:
    left = list(some)
    for row in others:
        if row in left:
            left.remove(row)
    return left


def added_rows(settings: Settings, since: dict[str, int]) -> int:
    """How many rows were written by the commits after `since`, in all tables."""
    return sum(
        _rows_added_by(commit)
        for name, place in tables(settings).items()
        for commit in (Path(place) / "_delta_log").glob("*.json")
        if int(commit.stem) > since.get(name, -1)
    )


def _rows_added_by(commit: Path) -> int:
    actions = map(json.loads, commit.read_text("utf-8").splitlines())
    added = [action["add"] for action in actions if "add" in action]
    return sum(json.loads(file["stats"])["numRecords"] for file in added)
