"""JSON lines with the contract's names: equal in rank to CSV."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.formats.feeds import FEEDS
from ingestion.formats.jsonl import JsonlDecoder
from ingestion.formats.records import Reject

GOOD = {
    "event_id": "e",
    "service": "data",
    "subscriber": "49151",
    "started_at": "2026-03-01T08:00:00Z",
    "quantity": "60",
}


def decode(content: bytes, chunk: int = 1 << 20) -> tuple[list[dict[str, Any]], list[Reject], Any]:
    decoder = JsonlDecoder(FEEDS["usage"])
    chunks = [content[start : start + chunk] for start in range(0, len(content), chunk)]
    blocks = list(decoder.decode(chunks))
    records = [row for block in blocks for row in block.records.to_pylist()]
    return records, [reject for block in blocks for reject in block.rejects], decoder


def line(**given: Any) -> bytes:
    return json.dumps({**GOOD, **given}).encode()


@pytest.mark.parametrize("quantity", [b'"12.5"', b"12.5", b"12.500000", b' "12.5" '])
def test_a_number_is_the_digits_that_stand_there(quantity: bytes) -> None:
    records, rejects, _ = decode(line().replace(b'"60"', quantity))
    assert rejects == []
    assert records[0]["quantity"] == Decimal("12.5")


def test_a_big_number_keeps_every_digit() -> None:
    content = line().replace(b'"60"', b"999999999999999.123456")
    assert decode(content)[0][0]["quantity"] == Decimal("999999999999999.123456")


@pytest.mark.parametrize(
    ("bad", "reason", "words"),
    [
        (b'{"event_id": "x"', "not_json", "allowed: one JSON object"),
        (b"[1, 2]", "not_json", "the line holds a list"),
        (b'"text"', "not_json", "the line holds a text"),
        (line(session_id={"a": 1}), "not_json", "column session_id: got an object"),
        (line(session_id=[1]), "not_json", "column session_id: got a list"),
        (line(session_id=True), "not_json", "column session_id: got true"),
        (b'{"session_id": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "not_json", "allowed"),
        (line()[:-1] + b', "event_id": "f"}', "not_json", "column event_id: it stands twice"),
        (line(session_id="\ud800"), "not_json", "column session_id: got half a surrogate pair"),
        (line(extra="\ud800", quantity="x"), "not_a_number", "column quantity: got 'x'"),
        (line()[:-1] + b', "extra": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "not_json", "allowed"),
        (json.dumps(GOOD).encode("utf-16-le"), "not_json", "the line is no JSON"),
        (line(service=None), "missing_value", "column service"),
        (line(subscriber="49x"), "bad_number", "column subscriber: got '**x'"),
        (line().replace(b"data", b"caf\xe9"), "not_utf8", r"column service: got 'caf\xe9'"),
        (line(quantity=None), "missing_value", "column quantity"),
        (line(started_at="2026-03-01T08:00:00"), "time_without_offset", "column started_at"),
        (line(session_id="a\0b"), "nul_character", "column session_id"),
    ],
)
def test_one_bad_line_is_named_and_its_neighbours_are_read(
    bad: bytes, reason: str, words: str
) -> None:
    records, rejects, _ = decode(b"\n".join([line(event_id="a"), bad, line(event_id="z")]))
    assert [(row["event_id"], row["record_no"]) for row in records] == [("a", 1), ("z", 3)]
    assert [(reject.record_no, reject.reason) for reject in rejects] == [(2, reason)]
    assert words in rejects[0].detail


def test_a_line_of_ten_megabytes_is_one_reject() -> None:
    content = b"\n".join([line(), line(session_id="x" * 10_000_000), line()])
    records, rejects, _ = decode(content)
    assert len(records) == 2
    assert [(reject.record_no, reject.reason) for reject in rejects] == [(2, "field_too_long")]


@pytest.mark.parametrize("extra", [b"9" * 5_000, b'"\\ud800"', b'{"a": 1, "a": [2]}', b"NaN"])
def test_what_stands_in_an_unknown_column_spoils_nothing(extra: bytes) -> None:
    odd = line(event_id="odd")[:-1] + b', "extra": ' + extra + b"}"
    for others in ([], [b"{"]):
        records, rejects, decoder = decode(b"\n".join([line(), odd, *others]))
        assert ([row["record_no"] for row in records], len(rejects)) == ([1, 2], len(others))
        assert decoder.ignored_columns == ["extra"]


def test_an_unknown_name_is_shown_short_printable_and_without_numbers() -> None:
    names = ["x" * 100, "a\nb", "4915112345678", "\ud800"]
    _, _, decoder = decode(b"\n".join([line(**dict.fromkeys(names, "1"))] * 3))
    shown = [f"{'x' * 80}…", r"a\nb", "4915*********", r"\ud800"]
    assert decoder.ignored_columns == shown


def test_the_first_fifty_unknown_names_are_kept() -> None:
    _, _, decoder = decode(b"\n".join(line(**{f"n{number}": "1"}) for number in range(99)))
    assert decoder.ignored_columns == [f"n{number}" for number in range(50)]


def test_an_unknown_value_of_a_reject_is_shown_without_numbers() -> None:
    bad = line(quantity="x", phone="4915112345678", parts={"a": "4915112345678"})
    _, rejects, _ = decode(bad)
    assert rejects[0].payload == (
        '{"event_id": "e", "service": "data", "subscriber": "4****", "started_at": '
        '"2026-03-01T08:00:00Z", "quantity": "x", "phone": "4915*********", "parts": "…"}'
    )


def test_unknown_names_are_left_out_and_named_once() -> None:
    content = b"\n".join([line(colour="red"), line(colour="blue", size=1)])
    records, rejects, decoder = decode(content)
    assert (len(records), rejects) == (2, [])
    assert sorted(decoder.ignored_columns) == ["colour", "size"]


def test_blank_lines_and_both_line_ends_count_for_nothing() -> None:
    records, rejects, _ = decode(b"\n\r\n" + line() + b"\r\n\n" + line() + b"\n")
    assert ([row["record_no"] for row in records], rejects) == ([1, 2], [])


@settings(deadline=None)
@given(
    texts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)),
    is_ascii=st.booleans(),
    chunk=st.integers(1, 64),
)
def test_any_text_is_read_as_it_was_written_wherever_the_stream_is_cut(
    texts: list[str], is_ascii: bool, chunk: int
) -> None:
    lines = [json.dumps({**GOOD, "session_id": text}, ensure_ascii=is_ascii) for text in texts]
    records, rejects, _ = decode("".join(f"{text}\n" for text in lines).encode(), chunk=chunk)
    assert rejects == []
    assert [row["session_id"] for row in records] == [text or None for text in texts]
