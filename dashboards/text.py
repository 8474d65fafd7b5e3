"""Names from the feeds as text: what a customer is called is never Markdown."""

import string
import unicodedata

ESCAPED = str.maketrans({mark: f"\\{mark}" for mark in string.punctuation})


def plain(text: str) -> str:
    """The text in Markdown that shows exactly it: no links, formulas, icons or line breaks."""
    return " ".join(text.split()).translate(ESCAPED)


def folded(text: str) -> str:
    """The text for comparing: without case, accents or doubled spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return " ".join(kept.split())
