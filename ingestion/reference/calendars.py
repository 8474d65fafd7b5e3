"""Rule 6: the bands of a calendar cover every minute of the week."""

from collections import defaultdict
from collections.abc import Iterator

from ingestion.reference.problems import Problem, got
from ingestion.reference.table import UNKNOWN, Row, Table
from ingestion.reference.times import WEEKDAYS, clock, weekdays_of

DAY = 24 * 60
Span = tuple[int, int]


def calendar_problems(bands: Table) -> Iterator[Problem]:
    """Each calendar with a gap. Holidays need no bands of their own: weekday bands apply too.

    Calendars with a row that cannot be read are left out.
    """
    calendars: dict[str, list[Row]] = defaultdict(list)
    for row in bands.rows():
        if row["calendar_id"] is not UNKNOWN:
            calendars[row["calendar_id"]].append(row)
    for calendar_id, rows in calendars.items():
        if not all(row.knows("days", "from_time", "to_time") for row in rows):
            continue
        gaps = [
            f"{name} {clock(start)}-{clock(end)}"
            for day, name in enumerate(WEEKDAYS)
            for start, end in _gaps(spans_of_day(rows, day))
        ]
        if gaps:
            yield bands.problem(
                tuple(row.line for row in rows),
                f"calendar_id {got(calendar_id)} has no band on {', '.join(gaps)}; "
                "allowed: every day covered from 00:00 to 24:00",
            )


def spans_of_day(rows: list[Row], day: int) -> list[Span]:
    """The minutes of a weekday that bands cover, also those that crossed its first midnight."""
    spans = []
    for row in rows:
        days, start, end = weekdays_of(row["days"]), row["from_time"], row["to_time"]
        crosses = end <= start
        if day in days:
            spans.append((start, DAY if crosses else end))
        if crosses and (day - 1) % 7 in days:
            spans.append((0, end))
    return spans


def _gaps(spans: list[Span]) -> Iterator[Span]:
    covered = 0
    for start, end in sorted(spans):
        if start > covered:
            yield covered, start
        covered = max(covered, end)
    if covered < DAY:
        yield covered, DAY
