"""Rows of the feeds that are no usage, as files."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from sample.files import FeedFile, as_text, compressed, write_feed_file

ROWS_PER_FILE = 25_000
Row = tuple[str, ...]


def write_rows(
    folder: Path,
    feed: str,
    extension: str,
    columns: Row,
    rows: Iterable[Row],
    kind: str = "ordinary",
) -> Iterator[FeedFile]:
    """Files of ROWS_PER_FILE rows; never more than one file's rows in memory."""
    render = json_text if extension == "jsonl" else csv_text
    remaining = iter(rows)
    sequence = 0
    while chunk := list(islice(remaining, ROWS_PER_FILE)):
        sequence += 1
        content = compressed(render(columns, chunk), extension)
        name = f"{feed}_{kind}_{sequence:06d}.{extension}"
        yield write_feed_file(folder, feed, name, content, kind=kind, records=len(chunk))


def csv_text(columns: Row, rows: list[Row]) -> bytes:
    """RFC 4180 with quotes where a value needs them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def json_text(columns: Row, rows: list[Row]) -> bytes:
    """One object per line; empty fields are left out."""
    return as_text(
        [
            json.dumps(
                {name: value for name, value in zip(columns, row, strict=True) if value},
                ensure_ascii=False,
                separators=(",", ":"),
            )
            for row in rows
        ]
    )
