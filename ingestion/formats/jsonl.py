"""JSON lines, parsed by pyarrow; only lines that it refuses are read one by one.

A JSON number is taken from its decimal text, never as a binary float: numbers are put in quotes
before the block is parsed, so every column is text.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pa_json

from ingestion.formats.blocks import (
    BYTE_ORDER_MARK,
    Oversized,
    as_utf8,
    unmarked,
    whole_records,
)
from ingestion.formats.feeds import Column, Feed
from ingestion.formats.json_record import NoRecord, parse_line, read_record
from ingestion.formats.masking import printable_payload, shown_name
from ingestion.formats.records import (
    Block,
    RawBlock,
    Reject,
    check_records,
    masked,
    unsplit_payload,
)

# the end of a key, then a JSON number that ends there; inside a string a quote is escaped
_NUMBER = re.compile(
    rb'(?<!\\)("[ \t]*:[ \t]*)'
    rb"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?=[ \t]*[,}])"
)
# lines are read one by one when pyarrow refuses so few
FEW_LINES = 256
NAMED_COLUMNS = 50


@dataclass
class JsonlDecoder:
    """Decodes one file. After `decode` is exhausted, `ignored_columns` is complete."""

    feed: Feed
    _ignored: dict[str, None] = field(default_factory=dict)
    _names: frozenset[str] = frozenset()
    _record_count: int = 0

    @property
    def ignored_columns(self) -> list[str]:
        """Names that the feed does not know, in the order in which they came; the first few."""
        return [shown_name(name) for name in self._ignored]

    def decode(self, chunks: Iterable[bytes]) -> Iterator[Block]:
        """Yield the records of the file, in order."""
        self._names = frozenset(self.feed.names)
        is_first = True
        for block in whole_records(chunks, is_quoted=False):
            if isinstance(block, Oversized):
                yield self._too_long(block.head)
                continue
            if is_first:
                block = block.removeprefix(BYTE_ORDER_MARK)
            is_first = False
            data, has_marks = as_utf8(block)
            lines = [line for line in data.splitlines() if line.strip()]
            yield from self._lines(lines, has_marks)

    def _too_long(self, head: bytes) -> Block:
        self._record_count += 1
        text = as_utf8(head)[0].decode()
        detail = f"the record has more than {len(head):,} bytes and no end; it begins as shown"
        reject = Reject(self._record_count, "record_too_long", detail, unsplit_payload(text))
        return Block(_no_records(self.feed), [reject])

    def _lines(self, lines: list[bytes], has_marks: bool) -> Iterator[Block]:
        """Parse lines together; where that fails halve them until few are left, and read those."""
        if not lines:
            return
        columns = self._together(lines)
        if columns is not None:
            yield self._checked(columns, np.arange(len(lines)), lines, [], has_marks)
        elif len(lines) <= FEW_LINES:
            yield self._one_by_one(lines, has_marks)
        else:
            middle = len(lines) // 2
            yield from self._lines(lines[:middle], has_marks)
            yield from self._lines(lines[middle:], has_marks)

    def _together(self, lines: Sequence[bytes]) -> dict[str, pa.Array] | None:
        """The columns of the lines, or None when one is no object or has columns of other types."""
        data = b"\n".join(lines)
        if not (data.startswith(b"{") and data.endswith(b"}")):
            return None
        if data.count(b"}\n{") != len(lines) - 1:
            return None
        data = _NUMBER.sub(rb'\1"\2"', data)
        schema = pa.schema([(name, pa.string()) for name in self.feed.names])
        for unexpected in ("error", "ignore"):
            try:
                table = pa_json.read_json(
                    pa.BufferReader(data),
                    read_options=pa_json.ReadOptions(use_threads=False, block_size=len(data) + 1),
                    parse_options=pa_json.ParseOptions(
                        explicit_schema=schema, unexpected_field_behavior=unexpected
                    ),
                )
            except pa.ArrowInvalid:
                continue
            if table.num_rows != len(lines):
                return None
            if unexpected == "ignore" and not self._note_ignored_of(lines):
                return None
            return {name: _without_empty(table.column(name)) for name in self.feed.names}
        return None

    def _one_by_one(self, lines: Sequence[bytes], has_marks: bool) -> Block:
        records: list[dict[str, str | None]] = []
        places: list[int] = []
        rejects: list[Reject] = []
        for place, line in enumerate(lines):
            try:
                records.append(read_record(line, self.feed))
                places.append(place)
            except NoRecord as failure:
                number = self._record_count + place + 1
                text = line[:4_000].decode("utf-8", "replace")
                rejects.append(Reject(number, "not_json", str(failure), unsplit_payload(text)))
        self._note_ignored(records)
        columns = {
            name: pa.array([record.get(name) or None for record in records], pa.string())
            for name in self.feed.names
        }
        return self._checked(columns, np.array(places, np.int64), lines, rejects, has_marks)

    def _note_ignored_of(self, lines: Iterable[bytes]) -> bool:
        """Whether every line can be read alone; pyarrow skips what it does not look for."""
        try:
            self._note_ignored(parse_line(line) for line in lines)
        except (ValueError, RecursionError):
            return False
        return True

    def _note_ignored(self, records: Iterable[dict[str, Any]]) -> None:
        for record in records:
            for name in record:
                if len(self._ignored) < NAMED_COLUMNS and name not in self._names:
                    self._ignored[name] = None

    def _checked(
        self,
        columns: dict[str, pa.Array],
        places: np.ndarray,
        lines: Sequence[bytes],
        rejects: list[Reject],
        has_marks: bool,
    ) -> Block:
        first = self._record_count + 1
        self._record_count += len(lines)
        has_nul = any(pc.any(pc.match_substring(part, "\0")).as_py() for part in columns.values())
        rows = _Lines(self.feed, lines, places)
        raw = RawBlock(columns, pa.array(places + first), rows, has_marks, has_nul)
        checked = check_records(self.feed, raw)
        rejects = sorted([*rejects, *checked.rejects], key=lambda reject: reject.record_no)
        return Block(checked.records, rejects)


@dataclass(frozen=True)
class _Lines:
    feed: Feed
    lines: Sequence[bytes]
    places: np.ndarray

    def payload(self, row: int) -> str:
        record = parse_line(self.lines[self.places[row]])
        columns = {column.name: column for column in self.feed.columns}
        shown = {name: _masked(columns.get(name), value) for name, value in record.items()}
        return printable_payload(unmarked(json.dumps(shown, ensure_ascii=False)))


def _masked(column: Column | None, value: Any) -> Any:
    if isinstance(value, str):
        return masked(column, value)
    return "…" if isinstance(value, dict | list) else value


def _no_records(feed: Feed) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=feed.schema)


def _without_empty(column: pa.ChunkedArray) -> pa.Array:
    values = column.combine_chunks()
    is_empty = pc.equal(values, "")
    if pc.any(is_empty).as_py():
        values = pc.if_else(is_empty, pa.scalar(None, pa.string()), values)
    return values
