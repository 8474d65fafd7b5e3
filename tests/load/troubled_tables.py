"""What must be in raw of each file of the troubled inbox."""

from datetime import UTC, datetime
from decimal import Decimal

from tests.load.troubled_inbox import CALLED, CALLER, TEXTED

# feed and file: status, reason, records received, records rejected, columns left out
SOURCE_FILES = {
    ("usage", "good.csv.gz"): ("loaded", None, 4, 0, "hue"),
    ("usage", "late/same-bytes.csv.gz"): ("duplicate", None, 0, 0, None),
    ("usage", "bad.csv"): ("loaded", None, 11, 9, "hue"),
    ("usage", "bad.jsonl.zst"): ("loaded", None, 7, 5, "extra"),
    ("usage", "truncated.csv.gz"): ("rejected", "truncated_gz", 0, 0, None),
    ("usage", "bomb.csv.gz"): ("rejected", "expands_too_far", 0, 0, None),
    ("usage", "plain.csv.gz"): ("rejected", "not_gz", 0, 0, None),
    ("usage", "gz.csv"): ("rejected", "unexpected_compression", 0, 0, None),
    ("usage", "empty.csv"): ("rejected", "empty_file", 0, 0, None),
    ("usage", "header.csv"): ("loaded", None, 0, 0, "hue"),
    ("usage", "column.csv"): ("rejected", "missing_columns", 0, 0, None),
    ("usage", "semicolon.csv"): ("rejected", "wrong_delimiter", 0, 0, None),
    ("usage", "name.xlsx"): ("rejected", "unknown_format", 0, 0, None),
    ("usage", r"a\n\x1b[31m..\b.csv"): ("loaded", None, 0, 0, "hue"),
    ("account", "a.csv"): ("loaded", None, 2, 1, None),
    ("action", "a.jsonl"): ("loaded", None, 1, 0, None),
    ("payment", "p.csv"): ("loaded", None, 2, 1, None),
}

ISO = "an ISO 8601 time with an offset, such as 2026-03-01T08:00:00+01:00"
DECIMAL = "a decimal such as 12.5, below 10^15, at most 6 decimals"
J = '"service": "voice", "subscriber": "4479********", "started_at": "2026-03-01T07:00:00Z"'
SEVEN = datetime(2026, 3, 1, 7, tzinfo=UTC)

# file, record, reason, detail, payload (its beginning when it ends in …)
REJECTED = [
    (
        "a.csv",
        2,
        "bad_time_zone",
        "column time_zone: got 'Berlin'; allowed: an IANA name such as Europe/Paris",
        "A-2,A-1,Zoë,EUR,Berlin,1,,,2026-01-01T00:00:00+01:00",
    ),
    (
        "bad.csv",
        2,
        "time_without_offset",
        f"column started_at: got '2026-03-01T07:00:00'; allowed: {ISO}",
        "b-2,voice,out,4479********,4479********,2026-03-01T07:00:00,60,,",
    ),
    (
        "bad.csv",
        3,
        "not_a_number",
        f"column quantity: got 'sixty'; allowed: {DECIMAL}",
        "b-3,voice,out,4479********,4479********,2026-03-01T07:00:00Z,sixty,,4479********",
    ),
    (
        "bad.csv",
        4,
        "bad_number",
        "column subscriber: got '4479********x'; allowed: 1 to 15 digits, with or without a "
        "leading + or 00",
        "b-4,voice,out,4479********x,4479********,2026-03-01T07:00:00Z,60,,",
    ),
    (
        "bad.csv",
        5,
        "wrong_field_count",
        "the record has 8 fields; allowed: 9, as in the header",
        "b-5,voice,out,4479********,2026-03-01T07:00:00Z,60,,",
    ),
    (
        "bad.csv",
        6,
        "not_utf8",
        r"column session_id: got 'caf\xe9'; allowed: UTF-8 text",
        r"b-6,voice,out,*,*,2026-03-01T07:00:00Z,60,caf\xe9,",
    ),
    (
        "bad.csv",
        7,
        "nul_character",
        r"column session_id: got 'a\x00b'; allowed: text without NUL characters",
        r"b-7,voice,out,*,*,2026-03-01T07:00:00Z,60,a\x00b,",
    ),
    (
        "bad.csv",
        8,
        "bad_direction",
        "column direction: got 'sideways'; allowed: out, in",
        "b-8,4479********,sideways,*,*,2026-03-01T07:00:00Z,60,,",
    ),
    (
        "bad.csv",
        9,
        "field_too_long",
        "column quantity: got 10,000,000 bytes; allowed: at most 65,536",
        "b-9,voice,out,*,*,2026-03-01T07:00:00Z,999…",
    ),
    (
        "bad.csv",
        11,
        "open_quote",
        "a quote is opened and never closed; allowed: quotes in pairs",
        'b-11,voice,out,1,"4479********,2026-03-01T07:00:00Z,60,,',
    ),
    (
        "bad.jsonl.zst",
        2,
        "not_json",
        "the line is no JSON: Expecting ',' delimiter: line 1 column 123 (char 122); "
        "allowed: one JSON object",
        f'{{"event_id": "j-1", {J}, "quantity": 60',
    ),
    (
        "bad.jsonl.zst",
        3,
        "not_json",
        "column session_id: got half a surrogate pair; allowed: Unicode text",
        f'{{"event_id": "j-1", {J}, "quantity": 60, "session_id": "\\ud800"}}',
    ),
    (
        "bad.jsonl.zst",
        4,
        "not_json",
        "column quantity: got true; allowed: text, a number or null",
        f'{{"event_id": "j-4", {J}, "quantity": true, "extra": {{"number": "4479********"}}}}',
    ),
    (
        "bad.jsonl.zst",
        5,
        "number_out_of_range",
        f"column quantity: got '1000000000000000'; allowed: {DECIMAL}",
        f'{{"event_id": "j-5", {J}, "quantity": "1000000000000000", "extra": "…"}}',
    ),
    (
        "bad.jsonl.zst",
        7,
        "not_json",
        "the line is no JSON: maximum recursion depth exceeded while decoding a JSON array from a "
        "unicode string; allowed: one JSON object",
        f'{{"event_id": "j-7", {J}, "quantity": 60, "extra": [[[…',
    ),
    (
        "p.csv",
        2,
        "not_positive",
        "column amount: got '-1'; allowed: a positive decimal such as 12.5, below 10^12, at most 6 "
        "decimals",
        "p-2,A-1,payment,-1,EUR,2026-03-05T12:00:00Z,card,",
    ),
]

# event, service, direction, number, other number or name, prefix, time, quantity, session
USAGE = [
    ("b-1", "voice", "out", CALLER, CALLED, CALLED[:8], SEVEN, Decimal(60), None),
    ("b-10", "voice", "out", TEXTED, CALLED, CALLED[:8], SEVEN, Decimal(60), None),
    ("g-1", "voice", "out", CALLER, CALLED, CALLED[:8], SEVEN, Decimal(75), None),
    (
        "g-2",
        "data",
        None,
        CALLER,
        "internet.example",
        "internet.example",
        SEVEN,
        Decimal("-0.5"),
        'two\nlines, "quoted"',
    ),
    (
        "g-3",
        "sms",
        "in",
        TEXTED,
        "Example",
        "Example",
        SEVEN.replace(second=1),
        Decimal("999999999999999.999999"),
        None,
    ),
    ("g-4", "voice", "out", CALLER, "112", None, SEVEN.replace(second=2), Decimal(1), None),
    ("j-1", "voice", None, CALLER, None, None, SEVEN, Decimal(60), None),
    ("j-6", "voice", None, CALLER, None, None, SEVEN, Decimal(60), None),
]
