"""CSV files as operators send them: what is good is read, what is not is named, one by one."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ingestion.formats.csv import CsvDecoder
from ingestion.formats.feeds import FEEDS
from ingestion.formats.records import Reject
from ingestion.landing.rejection import FileRejected

HEADER = "event_id,service,subscriber,started_at,quantity,counterparty"
GOOD = "{},voice,4915112345678,2026-03-01T08:00:00+01:00,60,4930123456"
OTHER_FEEDS = [
    (
        "account",
        {
            "account_id": "A-1",
            "currency": "EUR",
            "time_zone": "Europe/Berlin",
            "bill_day": 28,
            "credit_limit": Decimal("-999999999999.999999"),
            "effective_at": "2026-01-01T00:00+05:45",
            "name": 'Zoë, "Ltd"\nand sons',
        },
    ),
    (
        "action",
        {
            "action_id": "n",
            "effective_at": "2026-01-01T00:00:00.000001Z",
            "action": "add_bundle",
            "subscription_id": "S",
            "subscriber": "+491",
            "bundle_id": "b",
            "quantity": Decimal(2),
            "expires_at": "2099-12-31T23:59:59Z",
        },
    ),
    (
        "payment",
        {
            "payment_id": "p",
            "account_id": "A",
            "kind": "chargeback",
            "currency": "JPY",
            "amount": Decimal("0.000001"),
            "received_at": "1970-01-01T00:00:00Z",
            "method": "card",
        },
    ),
]


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


def test_a_negative_quantity_is_a_refund_and_is_read() -> None:
    records, rejects, _ = decode(between_good_records(GOOD.format("x").encode()[:-13] + b"-0.5,"))
    assert (records[1]["quantity"], rejects) == (Decimal("-0.5"), [])


@pytest.mark.parametrize(("feed", "row"), OTHER_FEEDS)
def test_a_record_of_each_other_feed_is_typed_exactly(feed: str, row: dict[str, Any]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([row.keys(), row.values()])
    records, rejects, _ = decode(text.getvalue().encode(), feed)
    typed = {name: as_typed(name, value) for name, value in row.items()}
    absent = dict.fromkeys(FEEDS[feed].names)
    assert (records, rejects) == ([{**absent, **typed, "record_no": 1}], [])


def as_typed(name: str, value: Any) -> Any:
    if name.endswith("_at"):
        return datetime.fromisoformat(value).astimezone(UTC)
    return value.removeprefix("+") if name == "subscriber" else value


TIME = "an ISO 8601 time with an offset, such as 2026-03-01T08:00:00+01:00"
DECIMAL = "a decimal such as 12.5, below 10^15, at most 6 decimals"
DIGITS = "1 to 15 digits, with or without a leading + or 00"
RECORD = {
    "event_id": "x",
    "service": "voice",
    "subscriber": "49151",
    "started_at": "2026-03-01T08:00:00Z",
    "quantity": "60",
    "counterparty": "4930",
}


@pytest.mark.parametrize(
    ("column", "value", "reason", "allowed"),
    [
        ("started_at", "2026-03-01T08:00:00", "time_without_offset", TIME),
        ("started_at", "yesterday", "bad_time", TIME),
        ("started_at", "2026-03-01 08:00:00Z", "bad_time", TIME),
        ("started_at", "2026-02-30T08:00:00Z", "bad_time", TIME),
        ("started_at", "2026-03-01T08:00:00+19:00", "bad_time", TIME),
        ("started_at", "2100-01-01T00:00:00Z", "time_out_of_range", f"{TIME}, from 1970 to 2099"),
        ("quantity", "sixty", "not_a_number", DECIMAL),
        ("quantity", "1e3", "not_a_number", DECIMAL),
        ("quantity", "\u0663", "not_a_number", DECIMAL),
        ("quantity", "0.1234567", "too_many_decimals", DECIMAL),
        ("quantity", "1000000000000000", "number_out_of_range", DECIMAL),
        ("counterparty", "somebody", "bad_number", f"{DIGITS}, for an outgoing call or message"),
    ],
)
def test_one_bad_value_is_named_and_its_neighbours_are_read(
    column: str, value: str, reason: str, allowed: str
) -> None:
    line = ",".join({**RECORD, column: value}.values())
    records, rejects, _ = decode(between_good_records(line.encode()))
    assert [(row["event_id"], row["record_no"]) for row in records] == [("a", 1), ("z", 3)]
    detail = f"column {column}: got '{value}'; allowed: {allowed}"
    assert rejects == [Reject(2, reason, detail, as_shown(line))]


def as_shown(line: str) -> str:
    return line.replace("49151", "4****").replace("4930", "****")


@pytest.mark.parametrize(
    ("column", "value", "reason", "detail"),
    [
        ("quantity", "", "missing_value", "it is empty; allowed: a value in every record"),
        ("subscriber", "49151A", "bad_number", f"got '4****A'; allowed: {DIGITS}"),
        ("service", "caf\udce9", "not_utf8", r"got 'caf\xe9'; allowed: UTF-8 text"),
    ],
)
def test_a_value_that_is_missing_or_may_not_be_shown_is_named(
    column: str, value: str, reason: str, detail: str
) -> None:
    line = ",".join({**RECORD, column: value}.values())
    _, (reject,), _ = decode(between_good_records(line.encode("utf-8", "surrogateescape")))
    payload = as_shown(line).replace("\udce9", r"\xe9")
    assert reject == Reject(2, reason, f"column {column}: {detail}", payload)


@pytest.mark.parametrize(("line", "count"), [("x,voice,1,2,3", 5), ("x,voice,1,2,3,4,more", 7)])
def test_a_record_with_more_or_fewer_fields_than_the_header_is_named(line: str, count: int) -> None:
    records, rejects, _ = decode(between_good_records(line.encode()))
    assert [row["event_id"] for row in records] == ["a", "z"]
    detail = f"the record has {count} fields; allowed: 6, as in the header"
    assert rejects == [Reject(2, "wrong_field_count", detail, line)]


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
    assert reject.payload == "x,voice,4915*********,never,60,4930******"


@pytest.mark.parametrize(
    ("line", "payload"),
    [
        ("4915112345678,voice", "4915*********,voice"),
        ("x4915112345678y,+49 151 123-45678", "x4915*********y,+49 15* ***-*****"),
        (
            "x,4915112345678,1,2026-03-01T08:00:00Z,60x,0049 (151) 1234567",
            "x,4915*********,*,2026-03-01T08:00:00Z,60x,0049 (***) *******",
        ),
    ],
)
def test_numbers_are_masked_wherever_they_stand_in_a_reject(line: str, payload: str) -> None:
    _, rejects, _ = decode(between_good_records(line.encode()))
    assert [reject.payload for reject in rejects] == [payload]


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
