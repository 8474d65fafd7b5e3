"""SQL for people over the tables of a home: one statement that reads, as a table, CSV or JSON."""

import csv
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, TextIO

from pyspark.sql import DataFrame, Row

from ingestion.statement import NotAQuery, reading

__all__ = [
    "WRITERS",
    "Answer",
    "NotAQuery",
    "answer",
    "plain",
    "reading",
    "rows",
    "write_csv",
    "write_json",
    "write_table",
]
SHOWN_ROWS = 1000
NATURAL_WIDTH = 10_000


@dataclass(frozen=True)
class Answer:
    """What any engine answers: rows that come as they are asked for, once."""

    columns: Sequence[str]
    rows: Iterator[Sequence[Any]]


def answer(frame: DataFrame, *, is_table: bool = False) -> Answer:
    """What Spark answers; for a table no more rows than it shows are computed."""
    frame = frame.limit(SHOWN_ROWS + 1) if is_table else frame
    return Answer(frame.columns, rows(frame))


def write_csv(found: Answer, out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(found.columns)
    for row in found.rows:
        writer.writerow(["" if value is None else _text(value) for value in row])


def write_json(found: Answer, out: TextIO) -> None:
    """A JSON array of objects, one a line; decimals as strings, so that no digit is lost."""
    names = list(found.columns)
    if double := sorted({name for name in names if names.count(name) > 1}):
        raise NotAQuery(f"several columns are named {double[0]!r}: give each a name of its own")
    out.write("[")
    for position, row in enumerate(found.rows):
        out.write(",\n" if position else "\n")
        json.dump(plain(dict(zip(names, row, strict=True))), out, ensure_ascii=False)
    out.write("\n]\n")


def write_table(found: Answer, out: TextIO) -> None:
    """The first rows; as wide as they are where no terminal shows them."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*found.columns)
    shown = list(islice(found.rows, SHOWN_ROWS + 1))
    for row in shown[:SHOWN_ROWS]:
        table.add_row(*("" if value is None else _text(value) for value in row))
    Console(file=out, markup=False, width=None if out.isatty() else NATURAL_WIDTH).print(table)
    if len(shown) > SHOWN_ROWS:
        out.write(f"(the first {SHOWN_ROWS:,} rows; --format csv gives all)\n")


WRITERS = {"table": write_table, "csv": write_csv, "json": write_json}


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
        value = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
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
