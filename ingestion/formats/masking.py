"""Keeps subscriber numbers out of what is written about a rejected record."""

import re

PAYLOAD_CHARACTERS = 1_000
VALUE_CHARACTERS = 80
# of a counterparty's number no table keeps more in clear than its first PREFIX_DIGITS digits, on
# which destinations are matched, and never any of its last HIDDEN_DIGITS
PREFIX_DIGITS = 9
HIDDEN_DIGITS = 4
# of a number in a rejected record so many are shown
SHOWN_DIGITS = 4

# seven digits or more, and what is written like an international number: +49 151 123-45
_LONG_RUN = re.compile(r"(?<![0-9])[0-9]{7,}|(?:\+|(?<![0-9])00)[0-9](?:[ ()./-]{0,2}[0-9]){6,}")
# what may not be printed or stored; line breaks and tabs inside quotes are shown as escapes too
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def mask_number(value: str) -> str:
    """Hide every digit after the first four, and the last four: `+4917012345` is `+4917******`."""
    digits = [position for position, character in enumerate(value) if character.isdigit()]
    shown = list(value)
    for position in digits[max(0, min(SHOWN_DIGITS, len(digits) - HIDDEN_DIGITS)) :]:
        shown[position] = "*"
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
