"""Keeps subscriber numbers out of what is written about a rejected record."""

import re

PAYLOAD_CHARACTERS = 1_000
VALUE_CHARACTERS = 80
KEPT_DIGITS = 4

# seven digits or more, and what is written like an international number: +49 151 123-45
_LONG_RUN = re.compile(r"(?<![0-9])[0-9]{7,}|(?:\+|(?<![0-9])00)[0-9](?:[ ()./-]{0,2}[0-9]){6,}")
# what may not be printed or stored; line breaks and tabs inside quotes are shown as escapes too
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def mask_number(value: str) -> str:
    """Hide every digit after the first four: `+4917012345` becomes `+4917******`."""
    kept = 0
    shown = []
    for character in value:
        kept += character.isdigit()
        shown.append("*" if character.isdigit() and kept > KEPT_DIGITS else character)
    return "".join(shown)


def mask_text(text: str) -> str:
    """Hide the tail of every long run of digits in text whose columns are not known."""
    return _LONG_RUN.sub(lambda run: mask_number(run[0]), text)


def printable_payload(text: str) -> str:
    return escape(text[: PAYLOAD_CHARACTERS * 2])[:PAYLOAD_CHARACTERS]


def printable_value(text: str) -> str:
    shown = escape(text[: VALUE_CHARACTERS + 1])
    return shown if len(text) <= VALUE_CHARACTERS else f"{shown[:VALUE_CHARACTERS]}…"


def shown_name(name: str) -> str:
    """A column's name as a file has it, safe to print, at most 80 characters."""
    return printable_value(mask_text(name))


def escape(text: str) -> str:
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
