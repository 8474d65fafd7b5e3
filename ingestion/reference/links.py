"""Ids that other files must know."""

from collections import defaultdict
from collections.abc import Iterator

from ingestion.reference.problems import Problem, among, got
from ingestion.reference.schema import Link
from ingestion.reference.table import UNKNOWN, Table


def link_problems(tables: dict[str, Table]) -> Iterator[Problem]:
    """Each id that stands in no row of the file it refers to; once, with all its rows."""
    for table in tables.values():
        for link in table.file.links:
            yield from _unknown_ids(table, link, tables[link.to_file])


def stepless_problems(tariffs: Table, steps: Table) -> Iterator[Problem]:
    """Each tariff that has no steps, and so no price."""
    if not is_complete(steps, "tariff_id"):
        return
    priced = steps.known("tariff_id")
    rows: dict[str, list[int]] = defaultdict(list)
    for line, tariff_id in zip(tariffs.lines, tariffs.columns["tariff_id"], strict=True):
        if tariff_id is not UNKNOWN and tariff_id not in priced:
            rows[tariff_id].append(line)
    for tariff_id, lines in rows.items():
        message = f"tariff_id {got(tariff_id)} has no steps; allowed: at least one in {steps.path}"
        yield tariffs.problem(tuple(lines), message)


def is_complete(table: Table, column: str) -> bool:
    """Whether the column was delivered, so that what it lacks is unknown."""
    values = table.columns[column]
    return table.is_whole and (not values or any(value is not UNKNOWN for value in values))


def _unknown_ids(table: Table, link: Link, target: Table) -> Iterator[Problem]:
    if not is_complete(target, link.to_column):
        return
    known = target.known(link.to_column)
    rows: dict[str, list[int]] = defaultdict(list)
    for line, value in zip(table.lines, table.columns[link.column], strict=True):
        if value not in known and value not in (None, UNKNOWN, *link.also):
            rows[value].append(line)
    for value, lines in rows.items():
        also = ", ".join(link.also) + " or " if link.also else ""
        there = f"a {link.to_column} of {target.path} ({among(known) or 'it has none'})"
        message = f"{link.column} is {got(value)}; allowed: {also}{there}"
        yield table.problem(tuple(lines), message)
