"""One JSON line at a time, saying what is wrong: lines that pyarrow refuses, and tariffs."""

import json
import re
from collections import Counter
from typing import Any

from ingestion.formats.feeds import Feed

# half of a character beyond U+FFFF, which JSON can write as an escape and UTF-8 cannot
_SURROGATE = re.compile("[\ud800-\udfff]")


class NoRecord(Exception):
    """A line that is no JSON object with plain values; the sentence says why."""


class JsonObject(dict[str, Any]):
    """A JSON object that remembers which names stand in it more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counted = Counter(name for name, _ in pairs) if len(self) < len(pairs) else Counter()
        self.repeated = {name for name, count in counted.items() if count > 1}


def parse_line(line: bytes) -> Any:
    """Parse one line of UTF-8; numbers stay the text that they are.

    Raises ValueError, or RecursionError when it is nested too deeply.
    """
    return json.loads(
        line.decode(),
        parse_int=str,
        parse_float=str,
        parse_constant=str,
        object_pairs_hook=JsonObject,
    )


def read_object(line: bytes) -> JsonObject:
    """Read one line. Raises NoRecord."""
    try:
        record = parse_line(line)
    except (ValueError, RecursionError) as failure:
        raise NoRecord(f"the line is no JSON: {failure}; allowed: one JSON object") from None
    if not isinstance(record, JsonObject):
        raise NoRecord(f"the line holds {_kind(record)}; allowed: one JSON object")
    return record


def read_record(line: bytes, feed: Feed) -> JsonObject:
    """Read one line of a feed; its columns hold texts or nothing. Raises NoRecord."""
    record = read_object(line)
    for name in feed.names:
        field_text(record, name)
    return record


def field_text(record: JsonObject, name: str) -> str | None:
    """The text of a field, None when it is absent or null. Raises NoRecord."""
    value = record.get(name)
    if name in record.repeated:
        raise NoRecord(f"column {name}: it stands twice; allowed: each column once")
    if not isinstance(value, str | None):
        kind = _kind(value)
        raise NoRecord(f"column {name}: got {kind}; allowed: text, a number or null")
    if _SURROGATE.search(value or ""):
        raise NoRecord(f"column {name}: got half a surrogate pair; allowed: Unicode text")
    return value


def _kind(value: Any) -> str:
    """What a value is in the words of JSON; a number is read as text."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return "a text or a number" if isinstance(value, str) else json.dumps(value)
