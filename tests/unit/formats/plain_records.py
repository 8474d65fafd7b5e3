"""A plain reading of single usage records, value by value, independent of the Arrow columns."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

COLUMNS = (
    "event_id",
    "service",
    "direction",
    "subscriber",
    "counterparty",
    "started_at",
    "quantity",
    "serving_network",
    "session_id",
    "partial_no",
    "kind",
    "target_event_id",
)
REQUIRED = ("event_id", "service", "subscriber", "started_at", "quantity")
WORDS = {"direction": ("out", "in"), "kind": ("original", "replace", "cancel")}
DAY_AND_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?"
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
NUMBERS = st.sampled_from(
    ["", "1", "+49151", "0049151", "+", "00", "+00", "49 151", "49151x", "9" * 15, "9" * 16, "٣"]
)
TIMES = st.sampled_from(
    [
        "",
        "2026-03-01T08:00:00Z",
        "2026-03-01T08:00Z",
        "2026-03-01T08:00:00.123456+05:45",
        "2026-03-01T08:00:00",
        "2026-03-01 08:00:00Z",
        "2026-02-29T08:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:59:59+01:00",
        "2100-01-01T00:00:00+00:01",
        "2100-01-01T00:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T08:00:00+24:00",
        "2026-03-01T08:00:00-0130",
        "now",
        "2028-02-29T23:59:59-12:00",
    ]
)
QUANTITIES = st.one_of(
    st.decimals(-(10**16), 10**16, places=6).map(str),
    st.integers(-100, 10**9).map(str),
    st.sampled_from(
        ["", "-0", "007", "1.", ".5", "+1", "1e3", "1,5", "0.0000001", "NaN", "x", "٣"]
    ),
)
ANYTHING = {
    "event_id": st.sampled_from(["e", "e-1", ""]),
    "service": st.sampled_from(["voice", "sms", "data", "other"]),
    "direction": st.sampled_from(["", "out", "in", "In"]),
    "subscriber": NUMBERS,
    "counterparty": st.one_of(NUMBERS, st.sampled_from(["internet.example", "Example", "-"])),
    "started_at": TIMES,
    "quantity": QUANTITIES,
    "serving_network": st.sampled_from(["", "262", "26201", "2620100", "26x"]),
    "session_id": TEXT,
    "partial_no": st.sampled_from(["", "0", "17", "-1", "1.0", "9" * 9, "9" * 10]),
    "kind": st.sampled_from(["", "original", "replace", "cancel", "other"]),
    "target_event_id": TEXT,
}
GOOD = {
    "event_id": ["e", "e-1"],
    "service": ["voice", "data"],
    "direction": ["", "in"],
    "subscriber": ["+49151"],
    "counterparty": ["", "0049151"],
    "started_at": ["2026-03-01T08:00:00.5+05:45"],
    "quantity": ["12.5", "-0.000001"],
    "serving_network": ["", "26201"],
    "partial_no": ["", "17"],
    "kind": ["", "replace"],
}
# most fields are right, so that many records are
RECORDS = st.fixed_dictionaries(
    {
        name: st.one_of(*[st.sampled_from(GOOD[name])] * 9, field) if name in GOOD else field
        for name, field in ANYTHING.items()
    }
)


def read(row: Mapping[str, str]) -> dict[str, Any] | str:
    """The typed record, or the reason of its first column that is wrong."""
    record: dict[str, Any] = {}
    for name in COLUMNS:
        text = row[name]
        if not text:
            if name in REQUIRED:
                return "missing_value"
            record[name] = None
            continue
        value, reason = read_field(name, text)
        if reason:
            return reason
        record[name] = value
    return record if is_party_right(record) else "bad_number"


def read_field(name: str, text: str) -> tuple[Any, str | None]:
    if name == "subscriber":
        digits = without_prefix(text)
        return digits, None if re.fullmatch("[0-9]{1,15}", digits) else "bad_number"
    if name == "counterparty":
        return without_prefix(text), None
    if name == "started_at":
        return read_time(text)
    if name == "quantity":
        return read_quantity(text)
    if name == "serving_network":
        return text, None if re.fullmatch("[0-9]{3,6}", text) else "bad_network"
    if name == "partial_no":
        is_right = re.fullmatch("[0-9]{1,9}", text)
        return (int(text), None) if is_right else (None, "bad_partial_no")
    return text, None if text in WORDS.get(name, (text,)) else f"bad_{name}"


def without_prefix(text: str) -> str:
    return re.sub(r"^(?:\+|00)(?=[0-9]+$)", "", text)


def is_party_right(record: Mapping[str, Any]) -> bool:
    party = record["counterparty"]
    if party is None or record["service"] not in ("voice", "sms"):
        return True
    is_name = record["direction"] == "in" and any(character.isalpha() for character in party)
    return is_name or bool(re.fullmatch("[0-9]{1,15}", party))


def read_time(text: str) -> tuple[datetime | None, str | None]:
    if re.fullmatch(DAY_AND_TIME, text, re.ASCII):
        return None, "time_without_offset"
    if not re.fullmatch(DAY_AND_TIME + r"(Z|[+-]\d\d:?\d\d)", text, re.ASCII):
        return None, "bad_time"
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None, "bad_time"
    if "T24:" in text:
        return None, "bad_time"
    return moment, None if 1970 <= moment.year < 2100 else "time_out_of_range"


def read_quantity(text: str) -> tuple[Decimal | None, str | None]:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return None, "not_a_number"
    if len(text.partition(".")[2]) > 6:
        return None, "too_many_decimals"
    amount = Decimal(text)
    return amount, None if abs(amount) < 10**15 else "number_out_of_range"
