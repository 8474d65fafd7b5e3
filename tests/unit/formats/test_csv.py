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
    ("account", {
        "account_id": "A-1", "currency": "EUR", "time_zone": "Europe/Berlin", "bill_day": 28,
        "credit_limit": Decimal("-999999999999.999999"), "effective_at": "2026-01-01T00:00+05:45",
        "name": "Zoë, \"Ltd\"\nand sons",
    }),
    ("action", {
        "action_id": "n", "effective_at": "2026-01-01T00:00:00.000001Z", "action": "add_bundle",
        "subscription_id": "S", "subscriber": "+491", "bundle_id": "b", "quantity": Decimal(2),
        "expires_at": "2099-12-31T23:59:59Z",
    }),
    ("payment", {
        "payment_id": "p", "account_id": "A", "kind": "chargeback", "currency": "JPY",
        "amount": Decimal("0.000001"), "received_at": "1970-01-01T00:00:00Z", "method": "card",
    }),
]  # fmt: skip


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
        ("x,voice,49151,2026-03-01T08:00:00Z,\u0663,4930", "not_a_number",
         "column quantity: got '\u0663'; allowed: a decimal such as 12.5, below 10^15, "
         "at most 6 decimals"),
        ("x,voice,49151,2100-01-01T00:00:00Z,1,4930", "time_out_of_range",
         "column started_at: got '2100-01-01T00:00:00Z'; allowed: an ISO 8601 time with an offset, "
         "such as 2026-03-01T08:00:00+01:00, from 1970 to 2099"),
        ("x,voice,49151,2026-03-01T08:00:00Z,60,somebody", "bad_number",
         "column counterparty: got 'somebody'; allowed: 1 to 15 digits, with or without a leading "
         "+ or 00, for an outgoing call or message"),
        ("x,voice,49151A,2026-03-01T08:00:00Z,60,4930", "bad_number",
         "column subscriber: got '4****A'; allowed: 1 to 15 digits, with or without a leading + "
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
    payload = line.replace("\udce9", r"\xe9")
    if reason != "wrong_field_count":
        payload = payload.replace("49151", "4****").replace("4930", "****")
    assert rejects == [Reject(2, reason, detail, payload)]


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
        ("x,4915112345678,1,2026-03-01T08:00:00Z,60x,0049 (151) 1234567",
         "x,4915*********,*,2026-03-01T08:00:00Z,60x,0049 (***) *******"),
    ],
)  # fmt: skip
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
