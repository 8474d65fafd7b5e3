"""CSV with a header (RFC 4180), parsed by pyarrow; only what fails is looked at one by one."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from ingestion.formats.blocks import (
    BYTE_ORDER_MARK,
    HEAD_BYTES,
    RECORD_BYTES,
    Oversized,
    as_utf8,
    unmarked,
    whole_records,
)
from ingestion.formats.feeds import Feed
from ingestion.formats.header import Header, read_header
from ingestion.formats.masking import printable_payload
from ingestion.formats.quotes import find_open_quotes, is_well_formed
from ingestion.formats.records import (
    Block,
    RawBlock,
    Reject,
    check_records,
    masked,
    unsplit_payload,
)

# a last row that shows whether a quote was left open before it
SENTINEL = "\x02end of block"


@dataclass
class CsvDecoder:
    """Decodes one CSV file. After `decode` is exhausted, `ignored_columns` is complete."""

    feed: Feed
    ignored_columns: list[str] = field(default_factory=list)
    _record_count: int = 0
    _rest: bytes = b""
    _rest_has_marks: bool = False

    def decode(self, chunks: Iterable[bytes]) -> Iterator[Block]:
        """Yield the records of the file, in order. Raises FileRejected for a wrong header."""
        header: Header | None = None
        for block in whole_records(chunks, is_quoted=True):
            if header is None:
                start = block.head if isinstance(block, Oversized) else block
                header, size = read_header(start.removeprefix(BYTE_ORDER_MARK), self.feed)
                self.ignored_columns = header.ignored
                if isinstance(block, Oversized):
                    continue
                block = block.removeprefix(BYTE_ORDER_MARK)[size:]
            if isinstance(block, Oversized):
                yield from self._last(header)
                yield Block(_no_records(self.feed), [self._too_long(block.head)])
            else:
                yield from self._blocks(header, block)
        if header is not None:
            yield from self._last(header)

    def _last(self, header: Header) -> Iterator[Block]:
        if self._rest:
            yield from self._blocks(header, b"", is_last=True)

    def _too_long(self, head: bytes) -> Reject:
        self._record_count += 1
        text = as_utf8(head)[0].decode()
        detail = f"the record has more than {len(head):,} bytes and no end; it begins as shown"
        return Reject(self._record_count, "record_too_long", detail, unsplit_payload(text))

    def _blocks(self, header: Header, block: bytes, *, is_last: bool = False) -> Iterator[Block]:
        """Parse a block after what the one before left; a quote open at its end is left again."""
        data, has_marks = as_utf8(block)
        data, has_marks = self._rest + data, self._rest_has_marks or has_marks
        self._rest, self._rest_has_marks = b"", False
        if b'"' not in data:
            yield self._block(header, _Parsed(header, data, has_marks))
            return
        parsed = _Parsed(header, data + b"\n" + _sentinel_row(header), has_marks, has_sentinel=True)
        if not parsed.may_have_open_quotes:
            yield self._block(header, parsed)
            return
        end = len(data)
        found, unclosed = find_open_quotes(data)
        if not is_last and unclosed is not None and end - unclosed < RECORD_BYTES:
            end, self._rest, self._rest_has_marks = unclosed, data[unclosed:], has_marks
        position = 0
        for start, after in found:
            if start < end:
                yield self._block(header, _Parsed(header, data[position:start], has_marks))
                yield Block(_no_records(self.feed), [self._open_quote(data[start:after])])
                position = after
        yield self._block(header, _Parsed(header, data[position:end], has_marks))

    def _open_quote(self, line: bytes) -> Reject:
        self._record_count += 1
        text = line[:HEAD_BYTES].decode("utf-8", "replace").rstrip("\r\n")
        detail = "a quote is opened and never closed; allowed: quotes in pairs"
        return Reject(self._record_count, "open_quote", detail, unsplit_payload(text))

    def _block(self, header: Header, parsed: "_Parsed") -> Block:
        first = self._record_count + 1
        self._record_count += parsed.count
        rejects = [
            Reject(
                first + row.number - 1,
                "wrong_field_count",
                f"the record has {row.actual_columns} fields; "
                f"allowed: {row.expected_columns}, as in the header",
                unsplit_payload(row.text),
            )
            for row in parsed.invalid
        ]
        columns = {name: parsed.column(index) for name, index in header.position.items()}
        absent = pa.nulls(parsed.table.num_rows, pa.string())
        checked = check_records(
            self.feed,
            RawBlock(
                {name: columns.get(name, absent) for name in self.feed.names},
                pa.array(parsed.row_numbers + first),
                parsed,
                has_marks=parsed.has_marks,
                has_nul=b"\0" in parsed.data,
            ),
        )
        rejects = sorted([*rejects, *checked.rejects], key=lambda reject: reject.record_no)
        return Block(checked.records, rejects)


def _no_records(feed: Feed) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=feed.schema)


def _sentinel_row(header: Header) -> bytes:
    return SENTINEL.encode() + b"," * (header.width - 1)


@dataclass
class _Parsed:
    """A block parsed into text columns, with the rows that have another number of fields."""

    header: Header
    data: bytes
    has_marks: bool
    has_sentinel: bool = False
    invalid: list[pa_csv.InvalidRow] = field(default_factory=list)

    @cached_property
    def _whole(self) -> pa.Table:
        names = [str(index) for index in range(self.header.width)]
        if not self.data.strip(b"\r\n"):
            return pa.table({name: pa.array([], pa.string()) for name in names})
        return pa_csv.read_csv(
            pa.BufferReader(self.data),
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=len(self.data) + 1, column_names=names
            ),
            parse_options=pa_csv.ParseOptions(
                newlines_in_values=True, invalid_row_handler=self._keep_invalid
            ),
            convert_options=pa_csv.ConvertOptions(
                check_utf8=False,
                column_types={name: pa.string() for name in names},
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        ).combine_chunks()

    def _keep_invalid(self, row: pa_csv.InvalidRow) -> str:
        self.invalid.append(row)
        return "skip"

    @property
    def may_have_open_quotes(self) -> bool:
        """Whether a quote swallowed the sentinel, or there are lines in quotes that end oddly."""
        whole = self._whole
        if not whole.num_rows or whole.column(0)[-1].as_py() != SENTINEL:
            return True
        lines = self.data.count(b"\n") - 1
        return lines > self.count and not is_well_formed(self.data)

    @cached_property
    def table(self) -> pa.Table:
        whole = self._whole
        return whole.slice(0, whole.num_rows - 1) if self.has_sentinel else whole

    @property
    def count(self) -> int:
        return self.table.num_rows + len(self.invalid)

    @property
    def row_numbers(self) -> np.ndarray:
        """The positions (from 0) of the rows that were kept, among all records of the block."""
        kept = self.table.num_rows
        numbers = np.arange(kept + len(self.invalid), dtype=np.int64)
        return np.delete(numbers, [row.number - 1 for row in self.invalid])

    def column(self, index: int) -> pa.Array:
        chunks = self.table.column(index).chunks
        return chunks[0] if chunks else pa.array([], pa.string())

    def payload(self, row: int) -> str:
        fields = [self.table.column(index)[row].as_py() or "" for index in range(self.header.width)]
        shown = [masked(self.header.columns.get(at), text) for at, text in enumerate(fields)]
        return printable_payload(unmarked(_as_line(shown)))


def _as_line(fields: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(fields)
    return line.getvalue()
