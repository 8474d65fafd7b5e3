"""What an export reads: which statements are wanted, in which parts, and the rows of a part."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pyspark.sql import SparkSession

from statements.cycles import Cycles
from statements.export.files import Rows
from statements.export.plan import Part, Sums
from statements.money import money

# statements and lines in a part, about: it is in memory while it is written
PART_RECORDS = 100_000
# as of a run, so that an export that goes on later writes the same
WANTED = """
select statements.*
from aggregates.statements as statements
{not_exported}
where
    statements.cycle_start >= cast({first} as date)
    and statements.cycle_start < cast({end} as date)
    and statements.run_id <= {run_id}
"""
NOT_EXPORTED = """
left anti join (
    select statement_id
    from operations.exports
    where cycle_start >= cast({first} as date) and cycle_start < cast({end} as date)
) as exported on statements.statement_id = exported.statement_id
"""
PARTS = """
with

records as (

    select
        *,
        -- bounded: below 10^12 statements with below 10^6 lines each
        (sum(1 + line_count) over (
            order by statement_id rows between unbounded preceding and current row
        ) - 1) div {part_records} as part_no
    from wanted

)

select
    records.part_no,
    records.currency,
    max(digits.minor_digits) as minor_digits,
    min(records.statement_id) as first_id,
    max(records.statement_id) as last_id,
    count(*) as statements,
    -- bounded: below 10^12 statements of below 10^6 lines and 10^17 minor units each
    cast(sum(records.line_count) as bigint) as line_count,
    -- bounded: see above
    cast(sum(cast(records.net_amount as decimal(38, 6))) as decimal(38, 6)) as net_amount,
    -- bounded: see above
    cast(sum(cast(records.tax_amount as decimal(38, 6))) as decimal(38, 6)) as tax_amount,
    -- bounded: see above
    cast(sum(cast(records.total_amount as decimal(38, 6))) as decimal(38, 6)) as total_amount
from records
left join digits on records.currency = digits.currency
group by records.part_no, records.currency
order by records.part_no, records.currency
"""
DIGITS = """
select currency, minor_digits
from reference.currencies
where
    known_at <= cast({known_at} as timestamp)
    and coalesce(known_to, timestamp '9999-12-31 00:00:00') > cast({known_at} as timestamp)
"""
# what a version adds to the one before, which is in another currency only if the account changed
STATEMENTS = """
select
    wanted.*,
    wanted.total_amount - coalesce(before.total_amount, 0) as due_amount,
    digits.minor_digits
from wanted
left join aggregates.statements as before
    on
        wanted.supersedes = before.statement_id
        and wanted.cycle_start = before.cycle_start
        and wanted.currency = before.currency
left join digits on wanted.currency = digits.currency
where wanted.statement_id between {first_id} and {last_id}
order by wanted.statement_id
"""
LINES = """
select
    lines.*,
    coalesce(lines.first_started_at, wanted.cycle_start_at) as covered_from,
    coalesce(lines.last_started_at, wanted.cycle_end_at) as covered_to,
    wanted.currency,
    digits.minor_digits
from aggregates.statement_lines as lines
inner join wanted on lines.statement_id = wanted.statement_id
left join digits on wanted.currency = digits.currency
where
    lines.cycle_start >= cast({first} as date)
    and lines.cycle_start < cast({end} as date)
    and lines.statement_id between {first_id} and {last_id}
order by lines.statement_id, lines.line_no
"""


def want(spark: SparkSession, wanted: Cycles, run_id: int, known_at: str, *, again: bool) -> None:
    """Make the statements to export known to the session as `wanted`, currencies as `digits`."""
    first, end = wanted.first.isoformat(), wanted.end.isoformat()
    text = WANTED.replace("{not_exported}", "" if again else NOT_EXPORTED)
    frame = spark.sql(text, first=first, end=end, run_id=run_id)
    frame.createOrReplaceTempView("wanted")
    spark.sql(DIGITS, known_at=known_at).createOrReplaceTempView("digits")


def parts(spark: SparkSession) -> tuple[Part, ...]:
    """The wanted statements in parts of bounded size, in the order of their ids."""
    found: dict[int, list[Any]] = {}
    for row in spark.sql(PARTS, part_records=PART_RECORDS).collect():
        found.setdefault(row.part_no, []).append(row)
    return tuple(
        Part(
            first=min(row.first_id for row in rows),
            last=max(row.last_id for row in rows),
            sums=tuple(
                Sums(
                    currency=row.currency,
                    statements=row.statements,
                    lines=row.line_count,
                    net_amount=money(row.net_amount, row.minor_digits),
                    tax_amount=money(row.tax_amount, row.minor_digits),
                    total_amount=money(row.total_amount, row.minor_digits),
                )
                for row in rows
            ),
        )
        for rows in found.values()
    )


def part_rows(spark: SparkSession, wanted: Cycles, part: Part) -> Rows:
    """The rows of a part."""
    first_id, last_id = part.first, part.last
    first, end = wanted.first.isoformat(), wanted.end.isoformat()
    statements = spark.sql(STATEMENTS, first_id=first_id, last_id=last_id)
    lines = spark.sql(LINES, first_id=first_id, last_id=last_id, first=first, end=end)
    return Rows(statements.toArrow().to_pylist(), lines.toArrow().to_pylist())


def part_ids(spark: SparkSession, part: Part) -> Iterator[tuple[str, date]]:
    """The statements of a part with the first day of their cycle."""
    text = """
    select statement_id, cycle_start from wanted
    where statement_id between {first_id} and {last_id} order by statement_id
    """
    for row in spark.sql(text, first_id=part.first, last_id=part.last).collect():
        yield row.statement_id, row.cycle_start
