"""Phone numbers in the delivered files, and what of them the tables of a home show."""

import csv
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import zstandard
from deltalake import DeltaTable

from ingestion.settings import Settings

# a word of digits: the runs of digits inside tokens and file ids are chance
DIGITS = re.compile(r"(?<![0-9A-Za-z])\d{8,17}(?![0-9A-Za-z])")
MOST_KEPT = 9
HIDDEN = 4


def texts_of(table: Path) -> set[str]:
    """All values of a table as text, each once."""
    columns = DeltaTable(str(table)).to_pyarrow_table().columns
    return {str(value) for column in columns for value in column.to_pylist()}


def numbers_in(texts: set[str]) -> set[str]:
    """Numbers without the zeros that may stand before them."""
    return {number.lstrip("0") for text in texts for number in DIGITS.findall(text)}


def subscriber_numbers(settings: Settings) -> set[str]:
    """The numbers that the delivered actions give to subscriptions."""
    rows = (row for path in paths(settings, "action") for row in rows_of(path))
    return {row["subscriber"].lstrip("+") for row in rows} - {""}


def called_beyond_what_is_kept(settings: Settings) -> set[str]:
    """Every called number, and each of its prefixes that is longer than may be kept in clear."""
    found: set[str] = set()
    for path in paths(settings, "usage"):
        for row in rows_of(path):
            number = (row.get("counterparty") or "").lstrip("+0")
            if number.isdigit():
                kept = max(0, min(MOST_KEPT, len(number) - HIDDEN))
                found |= {number[:length] for length in range(kept + 1, len(number) + 1)}
    return {prefix for prefix in found if DIGITS.fullmatch(prefix)}


def paths(settings: Settings, feed: str) -> list[Path]:
    return sorted((settings.inbox_folder / feed).glob(f"{feed}_[0o]*"))


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Records of a delivered file; those that are none of its format are left out."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    elif path.suffix == ".zst":
        content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
    lines = content.decode().splitlines()
    if ".jsonl" in path.name:
        yield from (json.loads(line) for line in lines if line.endswith("}"))
    else:
        yield from (row for row in csv.DictReader(lines) if None not in row.values())
