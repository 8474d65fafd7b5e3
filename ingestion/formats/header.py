"""The header of a CSV file: which columns of the feed stand where."""

import csv
import re
from dataclasses import dataclass

from ingestion.formats.feeds import Column, Feed
from ingestion.formats.masking import escape, mask_text
from ingestion.landing.rejection import FileRejected

OTHER_DELIMITERS = {";": "semicolon", "\t": "tab", "|": "vertical bar"}
SHOWN_CHARACTERS = 300
_RECORD = re.compile(rb'(?:[^"\r\n]|"[^"]*(?:"|\Z))*')
_LINE_BREAK = re.compile(rb"\r\n|\r|\n|\Z")


@dataclass(frozen=True)
class Header:
    """Positions of the feed's columns, how many columns the file has, and which are ignored."""

    position: dict[str, int]
    width: int
    ignored: list[str]
    columns: dict[int, Column]


def read_header(start: bytes, feed: Feed) -> tuple[Header, int]:
    """Read the header record at the start of a file; give it and its size in bytes.

    Raises FileRejected for a wrong delimiter, missing or repeated columns.
    """
    blank = len(start) - len(start.lstrip(b"\r\n"))
    record = _RECORD.match(start, blank)
    end = record.end() if record else len(start)
    line_break = _LINE_BREAK.match(start, end)
    text = start[blank:end].decode("utf-8", "backslashreplace")
    names = next(csv.reader([text], strict=False), [])
    _check_delimiter(text, names, feed)
    missing = [name for name in feed.required if name not in names]
    if missing:
        raise FileRejected(
            "missing_columns",
            f"the header has no {', '.join(missing)}; it has: {_shown(names)}; "
            f"required: {', '.join(feed.required)}",
        )
    repeated = sorted(name for name in feed.names if names.count(name) > 1)
    if repeated:
        raise FileRejected(
            "repeated_columns",
            f"the header has more than once: {', '.join(repeated)}; allowed: each column once",
        )
    position = {name: names.index(name) for name in feed.names if name in names}
    header = Header(
        position,
        len(names),
        [_shown([name]) for name in names if name not in position],
        {position[column.name]: column for column in feed.columns if column.name in position},
    )
    return header, line_break.end() if line_break else len(start)


def _check_delimiter(text: str, names: list[str], feed: Feed) -> None:
    for delimiter, word in OTHER_DELIMITERS.items():
        parts = text.split(delimiter)
        if len(parts) > 1 and (len(names) == 1 or set(feed.required) <= set(parts)):
            raise FileRejected(
                "wrong_delimiter",
                f"the header is divided by a {word} ({_shown(parts)}); allowed: a comma",
            )


def _shown(names: list[str]) -> str:
    text = ", ".join(mask_text(escape(name)) for name in names[:50])
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
