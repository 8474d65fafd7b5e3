"""Tables of two homes, row by row, without what names the models or the moment of posting."""

from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

from statements.in_place import theirs

# the tables that close a cycle, and of each what may differ
COMPARED = {
    "aggregates.statements": {"code_version"},
    "aggregates.statement_lines": set[str](),
    "aggregates.statement_deltas": set[str](),
    "aggregates.ledger_entries": {"posted_at", "run_id"},
}
SHOWN_ROWS = 10


@dataclass(frozen=True)
class Compared:
    """A table: rows of the home, and how many only it has, or only the one made again."""

    name: str
    rows: int
    only_there: int
    only_here: int
    examples: list[dict[str, Any]]

    @property
    def is_equal(self) -> bool:
        return not self.only_there and not self.only_here


def compare(spark: SparkSession, name: str) -> Compared:
    """Compare a table of the session's home with the operator's."""
    columns = [column for column in spark.table(name).columns if column not in COMPARED[name]]
    ours, other = (
        frame.select(*columns) for frame in (spark.table(name), spark.table(theirs(name)))
    )
    ours.createOrReplaceTempView("rows_here")
    other.createOrReplaceTempView("rows_there")
    listed = ", ".join(f"`{column}`" for column in columns)
    differing = spark.sql(
        f"""
        select {listed}, sum(row_count) as side
        from (
            select {listed}, 1L as row_count from rows_there
            union all
            select {listed}, -1L as row_count from rows_here
        ) as both_sides
        group by {listed}
        having sum(row_count) != 0
        """
    )
    differing.createOrReplaceTempView("differing")
    [(there, here)] = spark.sql(
        "select coalesce(sum(if(side > 0, side, 0L)), 0L), "
        "coalesce(sum(if(side < 0, -side, 0L)), 0L) from differing"
    ).collect()
    return Compared(
        name=name,
        rows=other.count(),
        only_there=there,
        only_here=here,
        examples=[row.asDict() for row in differing.limit(SHOWN_ROWS).collect()],
    )
