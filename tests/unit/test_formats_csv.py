"""CSV files as operators send them: what is good is read, what is not is named, one by one."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.formats.csv import CsvDecoder
from ingestion.formats.feeds import FEEDS
from ingestion.formats.records import Reject
from ingestion.landing.rejection import FileRejected

HEADER = "event_id,service,subscriber,started_at,quantity,counterparty"
GOOD = "{},voice,4915112345678,2026-03-01T08:00:00+01:00,60,4930123456"


def decode(content: bytes, feed: str = "usage", chunk: int = 1 << 20) -> Any:
    """(records, rejects, ignored columns) of one file that arrives in chunks."""
    decoder = CsvDecoder(FEEDS[feed])
    chunks = [content[start : start + chunk] for start in range(0, len(content), chunk)]
    blocks = list(decoder.decode(chunks))
    records = [row for block in blocks for row in block.records.to_pylist()]
    return records, [reject for block in blocks for reject in block.rejects], decoder


def between_good_records(line: bytes) -> bytes:
    return b"\n".join([HEADER.encode(), GOOD.format("a").encode(), line, GOOD.format("z").encode()])


def test_a_record_is_typed_exactly() -> None:
    records, rejects, _ = decode(f"{HEADER}\n{GOOD.format('e1')}\n".encode())
    assert rejects == []
    assert records == [
        {
            "event_id": "e1",
            "service": "voice",
            "direction": None,
            "subscriber": "4915112345678",
            "counterparty": "4930123456",
            "started_at": datetime(2026, 3, 1, 7, tzinfo=UTC),
            "quantity": Decimal("60.000000"),
            "serving_network": None,
            "session_id": None,
            "partial_no": None,
            "kind": None,
            "target_event_id": None,
            "record_no": 1,
        }
    ]


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        ("x,voice,49151,2026-03-01T08:00:00,60,4930", "time_without_offset",
         "column started_at: got '2026-03-01T08:00:00'; allowed: an ISO 8601 time with an offset, "
         "such as 2026-03-01T08:00:00+01:00"),
        ("x,voice,49151,yesterday,60,4930", "bad_time",
         "column started_at: got 'yesterday'; allowed: an ISO 8601 time with an offset, "
         "such as 2026-03-01T08:00:00+01:00"),
        ("x,voice,49151,2026-02-30T08:00:00Z,60,4930", "bad_time",
         "column started_at: got '2026-02-30T08:00:00Z'; allowed: an ISO 8601 time with an offset, "
         "such as 2026-03-01T08:00:00+01:00"),
        ("x,voice,49151,2026-03-01T08:00:00Z,sixty,4930", "not_a_number",
         "column quantity: got 'sixty'; allowed: a decimal such as 12.5, below 10^15, "
         "at most 6 decimals"),
        ("x,voice,49151,2026-03-01T08:00:00Z,1e3,4930", "not_a_number",
         "column quantity: got '1e3'; allowed: a decimal such as 12.5, below 10^15, "
         "at most 6 decimals"),
        ("x,voice,49151,2026-03-01T08:00:00Z,0.1234567,4930", "too_many_decimals",
         "column quantity: got '0.1234567'; allowed: a decimal such as 12.5, below 10^15, "
         "at most 6 decimals"),
        ("x,voice,49151,2026-03-01T08:00:00Z,1000000000000000,4930", "number_out_of_range",
         "column quantity: got '1000000000000000'; allowed: a decimal such as 12.5, below 10^15, "
         "at most 6 decimals"),
        ("x,voice,49151,2026-03-01T08:00:00Z,,4930", "missing_value",
         "column quantity: it is empty; allowed: a value in every record"),
        ("x,voice,49151A,2026-03-01T08:00:00Z,60,4930", "bad_number",
         "column subscriber: got '4915*A'; allowed: 1 to 15 digits, with or without a leading + "
         "or 00"),
        ("x,voice,49151,2026-03-01T08:00:00Z,60", "wrong_field_count",
         "the record has 5 fields; allowed: 6, as in the header"),
        ("x,voice,49151,2026-03-01T08:00:00Z,60,4930,more", "wrong_field_count",
         "the record has 7 fields; allowed: 6, as in the header"),
        ("x,caf\udce9,49151,2026-03-01T08:00:00Z,60,4930", "not_utf8",
         "column service: got 'caf\\xe9'; allowed: UTF-8 text"),
    ],
)  # fmt: skip
def test_one_bad_record_is_named_and_its_neighbours_are_read(
    line: str, reason: str, detail: str
) -> None:
    records, rejects, _ = decode(between_good_records(line.encode("utf-8", "surrogateescape")))
    assert [(row["event_id"], row["record_no"]) for row in records] == [("a", 1), ("z", 3)]
    assert [(reject.record_no, reject.reason) for reject in rejects] == [(2, reason)]
    assert rejects[0].detail == detail


def test_a_nul_a_huge_field_and_an_open_quote_spoil_only_their_record() -> None:
    lines = [
        b"n\0,voice,49151,2026-03-01T08:00:00Z,60,4930",
        b"x,voice,49151,2026-03-01T08:00:00Z,60," + b"9" * 10_000_000,
        b'q,voice,49151,2026-03-01T08:00:00Z,60,"4930',
    ]
    content = b"\n".join([HEADER.encode(), GOOD.format("a").encode(), *lines])
    records, rejects, _ = decode(content)
    assert [row["event_id"] for row in records] == ["a"]
    reasons = [(reject.record_no, reject.reason) for reject in rejects]
    assert reasons == [(2, "nul_character"), (3, "field_too_long"), (4, "open_quote")]
    assert all(len(reject.payload) <= 1_000 for reject in rejects)


def test_numbers_are_masked_in_what_is_kept_of_a_reject() -> None:
    line = b"x,voice,4915112345678,never,60,4930123456"
    _, rejects, _ = decode(between_good_records(line))
    (reject,) = rejects
    assert isinstance(reject, Reject)
    assert "4915112345678" not in reject.payload + reject.detail
    assert "4930123456" not in reject.payload + reject.detail
    assert "never" in reject.payload


def test_quotes_line_breaks_and_byte_order_mark() -> None:
    content = (
        "\ufeffevent_id,service,subscriber,started_at,quantity,session_id\r\n"
        '"e,1",voice,+49151,2026-03-01T08:00:00Z,60,"two\nlines, ""quoted"""\r\n'
    )
    records, rejects, _ = decode(content.encode())
    assert rejects == []
    (row,) = records
    assert (row["event_id"], row["session_id"]) == ("e,1", 'two\nlines, "quoted"')
    assert row["subscriber"] == "49151"


def test_columns_come_in_any_order_and_unknown_ones_are_named() -> None:
    header = b"quantity,hue,started_at,subscriber,service,event_id"
    content = header + b"\n1,red,2026-03-01T08:00:00Z,1,a,e\n"
    records, rejects, decoder = decode(content)
    assert rejects == []
    assert (records[0]["event_id"], records[0]["quantity"]) == ("e", Decimal(1))
    assert decoder.ignored_columns == ["hue"]


@pytest.mark.parametrize("content", [HEADER.encode(), f"{HEADER}\n".encode()])
def test_a_header_alone_holds_no_records(content: bytes) -> None:
    assert decode(content)[:2] == ([], [])


@pytest.mark.parametrize(
    ("header", "reason", "words"),
    [
        ("event_id,service,started_at,quantity", "missing_columns", "the header has no subscriber"),
        (f"{HEADER},quantity", "repeated_columns", "more than once: quantity"),
        (HEADER.replace(",", ";"), "wrong_delimiter", "divided by a semicolon"),
        (HEADER.replace(",", "\t"), "wrong_delimiter", "divided by a tab"),
    ],
)
def test_a_file_with_a_wrong_header_is_rejected_whole(header: str, reason: str, words: str) -> None:
    with pytest.raises(FileRejected) as rejected:
        decode(f"{header}\n{GOOD.format('a')}\n".encode())
    assert rejected.value.reason == reason
    assert words in str(rejected.value)


@given(
    texts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)),
    line_end=st.sampled_from(["\n", "\r\n"]),
    chunk=st.integers(1, 64),
)
def test_any_text_is_read_as_it_was_written_wherever_the_stream_is_cut(
    texts: list[str], line_end: str, chunk: int
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow(["event_id", "service", "subscriber", "started_at", "quantity", "session_id"])
    for number, text in enumerate(texts):
        writer.writerow([number, "x", "1", "2026-03-01T08:00:00Z", "1", text])
    records, rejects, _ = decode(out.getvalue().encode(), chunk=chunk)
    assert rejects == []
    assert [row["session_id"] for row in records] == [text or None for text in texts]
