"""Reads one delivered reference file as text: CSV or JSON lines, plain or compressed."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.formats.json_record import JsonObject, NoRecord, field_text, read_object
from ingestion.landing.compression import Limits, expand
from ingestion.landing.names import file_endings
from ingestion.landing.rejection import FileRejected

ENDINGS = file_endings()
LIMITS = Limits(expanded_bytes=2**30, ratio=1000)
MOST_FIELD_CHARACTERS = 100_000


class Unreadable(Exception):
    """A reference file, or a row of it, that is no CSV or JSON lines text; `row` 0 is the file."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row
        self.message = message


@dataclass(frozen=True)
class Delivered:
    """A file's text by column (a missing or empty field is ""), and the line of each row.

    `uneven`: the lines with more or fewer values than the header has, and how many; left out.
    """

    columns: dict[str, list[str]]
    lines: list[int]
    uneven: dict[int, int] = field(default_factory=dict)


def delivered_paths(folder: Path, name: str) -> list[Path]:
    """The files in the folder that hold reference file `name`: none or one, or too many."""
    paths = (folder / f"{name}{ending}" for ending in ENDINGS)
    return [path for path in paths if path.exists()]


def read_delivered(path: Path) -> Delivered:
    """Read a file as it stands. Raises Unreadable at the first thing that is no such text."""
    named = ENDINGS["".join(path.suffixes)]
    text = _decoded(_expanded(path, named.compression))
    return _delivered(_csv_rows(text) if named.format == "csv" else _json_rows(text))


def _expanded(path: Path, compression: str) -> bytes:
    try:
        content = path.read_bytes()
        return b"".join(expand(content, compression, LIMITS)) if content else b""
    except OSError as failure:
        raise Unreadable(0, f"cannot be read: {failure.strerror}") from None
    except FileRejected as rejected:
        raise Unreadable(0, rejected.detail) from None


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        row = content.count(b"\n", 0, failure.start) + 1
        bad = content[failure.start : failure.start + 1].hex()
        raise Unreadable(row, f"holds the byte {bad}; allowed: UTF-8 text") from None


def _delivered(rows: Iterator[tuple[int, list[str]]]) -> Delivered:
    """Turn rows into columns; the first row is the header."""
    _, header = next(rows, (1, []))
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise Unreadable(1, f"the header names {', '.join(twice)} twice; allowed: once")
    lines, fields, uneven = [], [], {}
    for line, row in rows:
        if len(row) == len(header):
            lines.append(line)
            fields.append(row)
        else:
            uneven[line] = len(row)
    columns = map(list, zip(*fields, strict=True)) if fields else ([] for _ in header)
    return Delivered(dict(zip(header, columns, strict=True)), lines, uneven)


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line it begins on.

    Not the decoder of the feeds: that one is for millions of records, reads on after a broken
    quote, and numbers records, while who mends a tariff looks for a line.
    """
    csv.field_size_limit(MOST_FIELD_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as failure:
            raise Unreadable(line, f"is no CSV: {failure}; allowed: RFC 4180") from None
        if row:
            yield line, row
        line = reader.line_num + 1


def _json_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """A header of all names used, then each object's fields as text, with its line."""
    objects = [
        (line, _json_object(line, record))
        for line, record in enumerate(text.split("\n"), 1)
        if record.strip()
    ]
    names = list(dict.fromkeys(name for _, fields in objects for name in fields))
    yield 1, names
    for line, fields in objects:
        yield line, [_json_text(line, fields, name) for name in names]


def _json_object(line: int, record: str) -> JsonObject:
    try:
        fields = read_object(record.encode())
    except NoRecord as failure:
        raise Unreadable(line, str(failure)) from None
    if fields.repeated:
        twice = ", ".join(sorted(fields.repeated))
        raise Unreadable(line, f"names {twice} twice; allowed: once")
    return fields


def _json_text(line: int, fields: JsonObject, name: str) -> str:
    if isinstance(fields.get(name), bool):
        return "true" if fields[name] else "false"
    try:
        return field_text(fields, name) or ""
    except NoRecord as failure:
        raise Unreadable(line, str(failure)) from None
