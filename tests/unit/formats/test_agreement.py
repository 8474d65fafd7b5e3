"""Random files: the fast decoders find what a plain reading, value by value, finds."""

import csv
import io
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.formats.decoders import DECODERS
from ingestion.formats.feeds import FEEDS
from tests.unit.formats.plain_records import COLUMNS, RECORDS, read

Found = tuple[list[dict[str, Any]], list[tuple[int, str]]]
ROWS = st.lists(RECORDS, max_size=12)
# Python's writer leaves a lone CR without quotes where lines end in LF alone
WRITTEN = st.sampled_from(
    [("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]
)


def decode(format: str, content: bytes, chunk: int) -> Found:
    chunks = [content[start : start + chunk] for start in range(0, len(content), chunk)]
    blocks = list(DECODERS[format](FEEDS["usage"]).decode(chunks))
    records = [row for block in blocks for row in block.records.to_pylist()]
    return records, [(bad.record_no, bad.reason) for block in blocks for bad in block.rejects]


def read_plainly(rows: list[dict[str, str]]) -> Found:
    numbered = [(number, read(row)) for number, row in enumerate(rows, 1)]
    records = [{**row, "record_no": number} for number, row in numbered if isinstance(row, dict)]
    return records, [(number, reason) for number, reason in numbered if isinstance(reason, str)]


@settings(max_examples=300, deadline=None)
@given(
    rows=ROWS,
    columns=st.permutations(COLUMNS),
    written=WRITTEN,
    chunk=st.integers(1, 4_000),
)
def test_csv_is_read_as_a_plain_reader_does(
    rows: list[dict[str, str]], columns: list[str], written: tuple[str, Any], chunk: int
) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator=written[0], quoting=written[1])
    writer.writeheader()
    writer.writerows(rows)
    assert decode("csv", text.getvalue().encode(), chunk) == read_plainly(rows)


@settings(max_examples=300, deadline=None)
@given(rows=ROWS, is_ascii=st.booleans(), is_tight=st.booleans(), chunk=st.integers(1, 4_000))
def test_json_lines_are_read_as_a_plain_reader_does(
    rows: list[dict[str, str]], is_ascii: bool, is_tight: bool, chunk: int
) -> None:
    separators = (",", ":") if is_tight else None
    lines = [json.dumps(row, ensure_ascii=is_ascii, separators=separators) for row in rows]
    assert decode("jsonl", "\n".join(lines).encode(), chunk) == read_plainly(rows)


@settings(deadline=None)
@given(content=st.binary(max_size=200), format=st.sampled_from(sorted(DECODERS)))
def test_any_bytes_after_good_records_spoil_only_what_they_touch(
    content: bytes, format: str
) -> None:
    good = {**dict.fromkeys(COLUMNS, ""), "event_id": "e", "service": "x", "subscriber": "1"}
    good |= {"started_at": "2026-03-01T08:00:00Z", "quantity": "1"}
    text = json.dumps(good) if format == "jsonl" else f"{','.join(good)}\n{','.join(good.values())}"
    records, rejects = decode(format, f"{text}\n".encode() + content, 64)
    assert [row["event_id"] for row in records] == ["e"]
    assert [number for number, _ in rejects] == list(range(2, len(rejects) + 2))
