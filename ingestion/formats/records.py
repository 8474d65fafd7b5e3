"""Checks the records of a block, column by column, and says of each that fails why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.formats.blocks import MARKED, unmarked
from ingestion.formats.checks import FIELD_BYTES, Amount, either, without, without_prefix
from ingestion.formats.feeds import (
    COUNTERPARTY_ALLOWED,
    SENDER_ALLOWED,
    Column,
    Feed,
    wrong_counterparties,
)
from ingestion.formats.masking import mask_number, mask_text, printable_payload, printable_value

HEAD_CHARACTERS = 4_000

Explain = Callable[[int], tuple[str, str]]


@dataclass(frozen=True)
class Reject:
    """A record that could not be read. No text in it shows a subscriber number."""

    record_no: int
    reason: str
    detail: str
    payload: str


@dataclass(frozen=True)
class Block:
    """Some records of a file: those that are right, typed as `Feed.schema`, and those rejected."""

    records: pa.RecordBatch
    rejects: list[Reject] = field(default_factory=list)


class TextRows(Protocol):
    """The records of a block as they stood in the file."""

    def payload(self, row: int) -> str: ...


@dataclass(frozen=True)
class _Finding:
    """Which rows are wrong in one respect, and how to say so of one of them."""

    wrong: pa.Array
    explain: Explain


@dataclass(frozen=True)
class RawBlock:
    """A block's columns as text, before any check; every column of the feed is there."""

    columns: Mapping[str, pa.Array]
    record_no: pa.Array
    rows: TextRows
    has_marks: bool = False
    has_nul: bool = False


def check_records(feed: Feed, raw: RawBlock) -> Block:
    """Type the columns of a block; a record is rejected for its first column that is wrong."""
    findings: list[_Finding] = []
    typed: dict[str, pa.Array] = {}
    for column in feed.columns:
        delivered = raw.columns[column.name]
        broken = _structure(column, delivered, raw)
        values = delivered
        for finding in broken:
            values = without(values, finding.wrong)
        typed[column.name], found = _check_column(column, values)
        findings += [*broken, *_missing(column, delivered), *found]
    if feed.name == "usage":
        typed["counterparty"] = without_prefix(typed["counterparty"])
        findings += _check_counterparties(typed, raw.columns)
    return _divide(feed, raw, typed, findings)


def _structure(column: Column, values: pa.Array, raw: RawBlock) -> list[_Finding]:
    """What may be in no field: bytes that are no UTF-8, NUL, more than 64 KiB."""

    def got(row: int) -> str:
        return f"column {column.name}: got {_shown(column, values[row].as_py())}"

    def too_long(row: int) -> tuple[str, str]:
        size = len(values[row].as_py().encode())
        allowed = f"at most {FIELD_BYTES:,}"
        return "field_too_long", f"column {column.name}: got {size:,} bytes; allowed: {allowed}"

    findings = []
    if raw.has_marks:
        marked = pc.match_substring_regex(values, MARKED)
        findings += _found(marked, lambda row: ("not_utf8", f"{got(row)}; allowed: UTF-8 text"))
    if raw.has_nul:
        allowed = "allowed: text without NUL characters"
        with_nul = pc.match_substring(values, "\0")
        findings += _found(with_nul, lambda row: ("nul_character", f"{got(row)}; {allowed}"))
    if (pc.max(pc.binary_length(values)).as_py() or 0) > FIELD_BYTES:
        findings += _found(pc.greater(pc.binary_length(values), FIELD_BYTES), too_long)
    return findings


def _found(wrong: pa.Array, explain: Explain) -> list[_Finding]:
    return [_Finding(pc.fill_null(wrong, False), explain)] if pc.any(wrong).as_py() else []


def _missing(column: Column, values: pa.Array) -> list[_Finding]:
    if not column.is_required or not values.null_count:
        return []
    told = f"column {column.name}: it is empty; allowed: a value in every record"
    return _found(pc.is_null(values), lambda row: ("missing_value", told))


def _check_column(column: Column, values: pa.Array) -> tuple[pa.Array, list[_Finding]]:
    typed, wrong = column.check.apply(values)
    if wrong is None:
        return typed, []

    def explain(row: int) -> tuple[str, str]:
        value = values[row].as_py()
        reason, allowed = column.check.explain(value)
        return reason, f"column {column.name}: got {_shown(column, value)}; allowed: {allowed}"

    return typed, [_Finding(wrong, explain)]


def _check_counterparties(
    typed: Mapping[str, pa.Array], columns: Mapping[str, pa.Array]
) -> list[_Finding]:
    wrong = wrong_counterparties(typed)
    if wrong is None:
        return []

    def explain(row: int) -> tuple[str, str]:
        shown = mask_number(printable_value(unmarked(columns["counterparty"][row].as_py())))
        comes_in = typed["direction"][row].as_py() == "in"
        allowed = SENDER_ALLOWED if comes_in else COUNTERPARTY_ALLOWED
        return "bad_number", f"column counterparty: got '{shown}'; allowed: {allowed}"

    return [_Finding(wrong, explain)]


def _shown(column: Column, value: str) -> str:
    return f"'{masked(column, printable_value(unmarked(value)))}'"


def masked(column: Column | None, text: str) -> str:
    """Hide numbers in a field. Where fields are shifted, a number may stand in any column."""
    if column is None:
        return mask_text(text)
    if column.is_number:
        return mask_number(text)
    return text if isinstance(column.check, Amount) else mask_text(text)


def _divide(
    feed: Feed, raw: RawBlock, typed: dict[str, pa.Array], findings: Sequence[_Finding]
) -> Block:
    arrays = [*typed.values(), raw.record_no]
    records = pa.RecordBatch.from_arrays(arrays, schema=feed.schema)
    wrong: pa.Array | None = None
    for finding in findings:
        wrong = either(wrong, finding.wrong)
    if wrong is None:
        return Block(records)
    rejects = []
    for row in pc.indices_nonzero(wrong).to_pylist():
        explain = next(found.explain for found in findings if found.wrong[row].as_py())
        reason, detail = explain(row)
        rejects.append(Reject(raw.record_no[row].as_py(), reason, detail, raw.rows.payload(row)))
    return Block(records.filter(pc.invert(wrong)), rejects)


def unsplit_payload(text: str) -> str:
    """The text of a record whose columns are not known, with long runs of digits masked."""
    return printable_payload(unmarked(mask_text(text[:HEAD_CHARACTERS])))
