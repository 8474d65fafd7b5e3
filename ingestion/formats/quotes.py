"""Finds quotes that are opened and never closed, so that they spoil one record and not the rest."""

import re

_FIELD = re.compile(rb'("(?:[^"]|"")*+")?([^,\r\n]*)(,|\r\n|\r|\n|\Z)')
_PLAIN_OR_QUOTED = rb'(?:[^",\r\n][^,\r\n]*+|"(?:[^"]|"")*+"|)'
_WELL_FORMED = re.compile(
    rb"(?:" + _PLAIN_OR_QUOTED + rb"(?:,|\r\n?|\n))*+" + _PLAIN_OR_QUOTED + rb"\Z"
)
_LINE_END = re.compile(rb"\r\n|\r|\n|\Z")


def is_well_formed(data: bytes) -> bool:
    """Whether every quote closes where a field ends."""
    return _WELL_FORMED.match(data) is not None


def find_open_quotes(data: bytes) -> tuple[list[tuple[int, int]], int | None]:
    """Find the lines that open a quote and never close it: (start, end with line break) of each.

    A quote that closes on a later line, with text after it, is the opening one of another field.
    Gives also the start of the first record whose quote finds no end at all in `data`.
    """
    found = []
    unclosed: int | None = None
    start = position = 0
    while position < len(data):
        match = _FIELD.match(data, position)
        assert match is not None  # it matches nothing at the least
        quoted, rest, end = match.groups()
        position = match.end()
        is_open = rest.startswith(b'"') if quoted is None else rest and b"\n" in quoted
        if is_open:
            if quoted is None and unclosed is None:
                unclosed = start
            line_end = _LINE_END.search(data, match.start())
            position = line_end.end() if line_end else len(data)
            found.append((start, position))
        if is_open or end != b",":
            start = position
    return found, unclosed
