"""SQL for people over the tables of a home: one statement that reads, as a table, CSV or JSON."""

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TextIO

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, Row, SparkSession
from rich.console import Console
from rich.table import Table

from ingestion.failures import Failure

SHOWN_ROWS = 1000


class NotAQuery(Failure):
    """The statement is no SQL, or would change something."""


def read(spark: SparkSession, statement: str) -> DataFrame:
    """Run one statement that only reads. Raises NotAQuery with Spark's words, or what to use."""
    try:
        plan = spark._jsparkSession.sessionState().sqlParser().parsePlan(statement).toString()
        first_word = (
            statement.lstrip("( \n\t").split(maxsplit=1)[0].lower() if statement.strip() else ""
        )
        reads = first_word in {
            "select",
            "with",
            "from",
            "values",
            "table",
            "describe",
            "desc",
            "show",
            "explain",
        }
        if not reads or "InsertInto" in plan:
            raise NotAQuery(
                f"only statements that read are run here (select, with, describe, show, explain), "
                f"not {first_word!r}; tables change through `ratelake run`"
            )
        return spark.sql(statement)
    except PySparkException as failure:
        raise NotAQuery(str(failure.getMessage() or failure).split("\nJVM stacktrace")[0]) from None
    except Exception as failure:
        if "ParseException" in str(type(getattr(failure, "java_exception", failure))) or hasattr(
            failure, "java_exception"
        ):
            raise NotAQuery(str(failure.java_exception.getMessage())) from None  # type: ignore[attr-defined]
        raise


def write_csv(frame: DataFrame, out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    for row in rows(frame):
        writer.writerow(["" if value is None else _text(value) for value in row])


def write_json(frame: DataFrame, out: TextIO) -> None:
    """A JSON array of objects, one a line; decimals as strings, so that no digit is lost."""
    out.write("[")
    for position, row in enumerate(rows(frame)):
        out.write(",\n" if position else "\n")
        json.dump(plain(row.asDict()), out, ensure_ascii=False)
    out.write("\n]\n")


def write_table(frame: DataFrame, out: TextIO) -> None:
    table = Table(*frame.columns)
    found = frame.limit(SHOWN_ROWS + 1).collect()
    for row in found[:SHOWN_ROWS]:
        table.add_row(*("" if value is None else _text(value) for value in row))
    Console(file=out, markup=False).print(table)
    if len(found) > SHOWN_ROWS:
        out.write(f"(the first {SHOWN_ROWS:,} rows; --format csv gives all)\n")


def rows(frame: DataFrame) -> Iterator[Row]:
    """All rows, one partition in memory at a time."""
    return iter(frame.toLocalIterator())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list, Row)):
        return json.dumps(plain(value), ensure_ascii=False)
    document = plain(value)
    return document if isinstance(document, str) else str(document)


def plain(value: Any) -> Any:
    """A value as JSON has it: decimals and moments (UTC) as strings."""
    if isinstance(value, Decimal):
        return f"{value:f}"
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
    return value
