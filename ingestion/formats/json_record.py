"""One JSON line at a time, for lines that pyarrow refuses; it says what is wrong with each."""

import json
import re
from collections import Counter
from typing import Any

from ingestion.formats.feeds import Feed

# half of a character beyond U+FFFF, which JSON can write as an escape and UTF-8 cannot
_SURROGATE = re.compile("[\ud800-\udfff]")


class NoRecord(Exception):
    """A line that is no JSON object with plain values; the sentence says why."""


class _Object(dict[str, Any]):
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
        line.decode(), parse_int=str, parse_float=str, parse_constant=str,
        object_pairs_hook=_Object,
    )  # fmt: skip


def read_record(line: bytes, feed: Feed) -> dict[str, str | None]:
    """Read one line. Raises NoRecord."""
    try:
        record = parse_line(line)
    except (ValueError, RecursionError) as failure:
        raise NoRecord(f"the line is no JSON: {failure}; allowed: one JSON object") from None
    if not isinstance(record, _Object):
        raise NoRecord(f"the line holds {_kind(record)}; allowed: one JSON object")
    for name in feed.names:
        _check(name, record)
    return record


def _check(name: str, record: _Object) -> None:
    value = record.get(name)
    if name in record.repeated:
        raise NoRecord(f"column {name}: it stands twice; allowed: each column once")
    if not isinstance(value, str | None):
        kind = _kind(value)
        raise NoRecord(f"column {name}: got {kind}; allowed: text, a number or null")
    if _SURROGATE.search(value or ""):
        raise NoRecord(f"column {name}: got half a surrogate pair; allowed: Unicode text")


def _kind(value: Any) -> str:
    """What a value is in the words of JSON; a number is read as text."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return "a text or a number" if isinstance(value, str) else json.dumps(value)
