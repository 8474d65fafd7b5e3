"""Rule 9: the steps of a tariff follow each other from 0 on, without a hole or an overlap."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from ingestion.reference.problems import Problem, got
from ingestion.reference.table import UNKNOWN, Row, Table


def step_problems(steps: Table) -> Iterator[Problem]:
    """Each step that does not begin where the one before it ends.

    Tariffs whose steps are wrong in themselves are left out: those rows have problems of their own.
    """
    by_tariff: dict[str, list[Row]] = defaultdict(list)
    for row in steps.rows():
        if row["tariff_id"] is not UNKNOWN:
            by_tariff[row["tariff_id"]].append(row)
    for tariff_id, rows in by_tariff.items():
        if _is_orderly(rows):
            rows.sort(key=lambda row: row["step_no"])
            for lines, message in _breaks(rows):
                yield steps.problem(lines, f"tariff_id {got(tariff_id)}: {message}")


def _is_orderly(rows: list[Row]) -> bool:
    numbers = {row["step_no"] for row in rows}
    return len(numbers) == len(rows) and all(
        row.knows("step_no", "from_units", "to_units")
        and (row["to_units"] is None or row["to_units"] > row["from_units"])
        for row in rows
    )


def _breaks(rows: list[Row]) -> Iterator[tuple[tuple[int, ...], str]]:
    first = rows[0]
    if first["from_units"] != 0:
        yield (
            (first.line,),
            f"step_no {first['step_no']} is the first, its from_units is {first['from_units']}; "
            "allowed: 0 or empty",
        )
    for before, after in pairwise(rows):
        lines = tuple(sorted((before.line, after.line)))
        if before["to_units"] is None:
            yield (
                lines,
                f"step_no {before['step_no']} has no to_units, but step_no {after['step_no']} "
                "follows; allowed: empty in the last step only",
            )
        elif after["from_units"] != before["to_units"]:
            kind = "a hole" if after["from_units"] > before["to_units"] else "an overlap"
            yield (
                lines,
                f"{kind}: from_units of step_no {after['step_no']} is {after['from_units']}; "
                f"allowed: {before['to_units']}, the to_units of step_no {before['step_no']}",
            )
