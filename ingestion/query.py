"""SQL for people over the tables of a home: one statement that reads, as a table, CSV or JSON."""

import csv
import json
import math
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TextIO

from pyspark.sql import DataFrame, Row

from ingestion.statement import NotAQuery, reading

__all__ = ["NotAQuery", "plain", "reading", "rows", "write_csv", "write_json", "write_table"]
SHOWN_ROWS = 1000
NATURAL_WIDTH = 10_000


def write_csv(frame: DataFrame, out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    for row in rows(frame):
        writer.writerow(["" if value is None else _text(value) for value in row])


def write_json(frame: DataFrame, out: TextIO) -> None:
    """A JSON array of objects, one a line; decimals as strings, so that no digit is lost."""
    if double := sorted({name for name in frame.columns if frame.columns.count(name) > 1}):
        raise NotAQuery(f"several columns are named {double[0]!r}: give each a name of its own")
    out.write("[")
    for position, row in enumerate(rows(frame)):
        out.write(",\n" if position else "\n")
        json.dump(plain(row.asDict()), out, ensure_ascii=False)
    out.write("\n]\n")


def write_table(frame: DataFrame, out: TextIO) -> None:
    """The first rows; as wide as they are where no terminal shows them."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*frame.columns)
    found = list(rows(frame.limit(SHOWN_ROWS + 1)))
    for row in found[:SHOWN_ROWS]:
        table.add_row(*("" if value is None else _text(value) for value in row))
    Console(file=out, markup=False, width=None if out.isatty() else NATURAL_WIDTH).print(table)
    if len(found) > SHOWN_ROWS:
        out.write(f"(the first {SHOWN_ROWS:,} rows; --format csv gives all)\n")


def rows(frame: DataFrame) -> Iterator[Row]:
    """All rows, one batch of the engine's in memory at a time."""
    try:
        yield from frame.toLocalIterator()
    except KeyError:
        # pyspark knows the type only by a number
        raise NotAQuery("a column's type cannot be shown: cast it to string") from None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list, Row)):
        return json.dumps(plain(value), ensure_ascii=False)
    document = plain(value)
    return document if isinstance(document, str) else str(document)


def plain(value: Any) -> Any:
    """A value as JSON has it: decimals and moments (UTC) as strings."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds" if value.microsecond else "seconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, Row):
        return {name: plain(item) for name, item in value.asDict().items()}
    if isinstance(value, dict):
        return {str(plain(name)): plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return str(value)
