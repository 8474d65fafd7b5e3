"""Quotes in CSV: what stands in them is text, and one too many spoils its own record only."""

import csv
import io
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.formats.csv import CsvDecoder
from ingestion.formats.feeds import FEEDS
from ingestion.formats.records import Reject

HEADER = "event_id,service,subscriber,started_at,quantity,session_id"
DETAIL = "a quote is opened and never closed; allowed: quotes in pairs"


def decode(content: bytes, chunk: int = 1 << 20) -> tuple[list[dict[str, Any]], list[Reject]]:
    """(records, rejects) of one file that arrives in chunks."""
    chunks = [content[start : start + chunk] for start in range(0, len(content), chunk)]
    blocks = list(CsvDecoder(FEEDS["usage"]).decode(chunks))
    records = [row for block in blocks for row in block.records.to_pylist()]
    return records, [reject for block in blocks for reject in block.rejects]


def test_quotes_line_breaks_and_byte_order_mark() -> None:
    content = (
        "\ufeffevent_id,service,subscriber,started_at,quantity,session_id\r\n"
        '"e,1",voice,+49151,2026-03-01T08:00:00Z,60,"two\nlines, ""quoted"""\r\n'
    )
    records, rejects = decode(content.encode())
    assert rejects == []
    (row,) = records
    assert (row["event_id"], row["session_id"]) == ("e,1", 'two\nlines, "quoted"')
    assert row["subscriber"] == "49151"


def test_an_open_quote_does_not_swallow_records_up_to_the_next_quote() -> None:
    lines = [
        *(f'{name},voice,1,2026-03-01T08:00:00Z,60,"{name}, 1\n2"' for name in "ab"),
        'x,voice,1,2026-03-01T08:00:00Z,60,"open',
        *(f"{name},voice,1,2026-03-01T08:00:00Z,60," for name in "cd"),
        'e,voice,1,2026-03-01T08:00:00Z,60,"closed"',
        '"y,voice,1,2026-03-01T08:00:00Z,60,',
        'f,voice,1,2026-03-01T08:00:00Z,60,"say ""so"""',
    ]
    records, rejects = decode("\n".join([HEADER, *lines, ""]).encode())
    assert [(row["record_no"], row["event_id"], row["session_id"]) for row in records] == [
        (1, "a", "a, 1\n2"),
        (2, "b", "b, 1\n2"),
        (4, "c", None),
        (5, "d", None),
        (6, "e", "closed"),
        (8, "f", 'say "so"'),
    ]
    assert rejects == [Reject(number, "open_quote", DETAIL, lines[number - 1]) for number in (3, 7)]


def test_an_open_quote_in_a_file_of_many_blocks_spoils_one_record() -> None:
    """The file is longer than a block, and quoted fields with line breaks follow the open quote."""
    line = '{},voice,1,2026-03-01T08:00:00Z,60,"a, {}\n2"'
    lines = [line.format(number, "x" * 900) for number in range(20_000)]
    lines[5] = '5,voice,1,2026-03-01T08:00:00Z,60,"open'
    records, rejects = decode("\n".join([HEADER, *lines, ""]).encode())
    assert rejects == [Reject(6, "open_quote", DETAIL, lines[5])]
    names = [row["event_id"] for row in records]
    assert names == [str(number) for number in range(20_000) if number != 5]


@settings(deadline=None)
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
    records, rejects = decode(out.getvalue().encode(), chunk=chunk)
    assert rejects == []
    assert [row["session_id"] for row in records] == [text or None for text in texts]


@settings(deadline=None)
@given(kinds=st.lists(st.sampled_from(["plain", "quoted", "open", "short"]), max_size=40))
def test_good_records_are_read_whatever_stands_between_them(kinds: list[str]) -> None:
    start = "{},x,1,2026-03-01T08:00:00Z"
    endings = {"plain": ",60,", "quoted": ',60,"a, ""x""\nb"', "open": ',60,"open', "short": ""}
    lines = [start.format(place) + endings[kind] for place, kind in enumerate(kinds)]
    records, rejects = decode("\n".join([HEADER, *lines, ""]).encode())
    places = {"open": [], "short": [], "plain": [], "quoted": []}
    for place, kind in enumerate(kinds):
        places[kind].append(place)
    good = sorted(places["plain"] + places["quoted"])
    assert [(row["event_id"], row["record_no"]) for row in records] == [
        (str(place), place + 1) for place in good
    ]
    reasons = {"open_quote": places["open"], "wrong_field_count": places["short"]}
    assert [(reject.record_no, reject.reason) for reject in rejects] == sorted(
        (place + 1, reason) for reason, found in reasons.items() for place in found
    )
