"""A probe: statements that are asked of both engines, and the answer that both must give.

In a statement `{t}` and `{u}` are tables of the probe's own in schema `probes`, and `{place}` a
folder of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from pyspark.errors import PySparkException
from pyspark.sql import Row, SparkSession

RAISES = "raises"


class Probe(NamedTuple):
    """The rows of the last statement, as text: values by commas, rows by ` | `."""

    says: str
    sql: str | tuple[str, ...]
    answer: str


class Difference(NamedTuple):
    """What the engines do not do equally, pinned so that an upgrade of either shows."""

    says: str
    sql: str | tuple[str, ...]
    sail: str
    spark: str


@dataclass(frozen=True)
class Engines:
    sail: SparkSession
    sail_lake: Path
    spark: SparkSession
    spark_lake: Path

    def ask(self, probe: Probe | Difference) -> dict[str, str]:
        return {
            "sail": answer(self.sail, self.sail_lake, probe),
            "spark": answer(self.spark, self.spark_lake, probe),
        }


def answer(session: SparkSession, lake: Path, probe: Probe | Difference) -> str:
    """Run a probe's statements, and give the last one's rows as text, or that it raised."""
    statements = (probe.sql,) if isinstance(probe.sql, str) else probe.sql
    name = "p" + "".join(letter for letter in probe.says.lower() if letter.isalnum())[:60]
    names = {"t": f"probes.{name}", "u": f"probes.{name}_u", "place": str(lake / "places" / name)}
    try:
        for statement in statements:
            for mark, put in names.items():
                statement = statement.replace(f"{{{mark}}}", put)
            result = session.sql(statement)
        return " | ".join(", ".join(map(text, row)) for row in result.collect())
    except PySparkException:
        return RAISES


def text(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.isoformat(" ")
        case date():
            return value.isoformat()
        case Row():
            return "(" + " ".join(map(text, value)) + ")"
        case list():
            return "[" + " ".join(map(text, value)) + "]"
        case _:
            return str(value)
