"""docs/feeds.md says what the code does: columns, words, examples and reasons."""

import csv
import io
import re
from collections.abc import Iterator

import pytest

from ingestion.formats.csv import CsvDecoder
from ingestion.formats.feeds import FEEDS, Feed
from ingestion.settings import PROJECT

PAGE = (PROJECT / "docs" / "feeds.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### (\w+):.*?\n(.*?)(?=^##)", PAGE, re.M | re.S))
ROW = re.compile(r"^\| `(\w+)` \| (yes)? ?\| (.*?) \| `(.*?)` \|$", re.M)
# codes stand in these files as literals of two words or more
SOURCES = [
    *sorted((PROJECT / "ingestion" / "formats").glob("*.py")),
    *sorted((PROJECT / "ingestion" / "landing").glob("[cin]*.py")),
]
CODE = re.compile(
    r'"((?:bad|empty|expands|field_too|file_too|missing|not|nul|number|open|record_too|repeated'
    r'|time|too|unexpected|unknown|wrong)_[a-z0-9_]+)"'
)
# a column's name, and the reason of a check that nothing fails
NO_REASONS = {"time_zone", "bad_text"}


def documented(feed: str) -> list[tuple[str, ...]]:
    return ROW.findall(SECTIONS[feed])


def documented_reasons() -> set[str]:
    tables = PAGE.split("\n| reason of ")[1:]
    firsts = re.findall(r"^\| (`.*?`) \|", "\n".join(tables), re.M)
    return {reason for first in firsts for reason in re.findall(r"`(\w+)`", first)}


def reasons_in_the_code() -> Iterator[str]:
    for path in SOURCES:
        text = path.read_text("utf-8")
        yield from set(CODE.findall(text)) - NO_REASONS
        for kind in re.findall(r'f"(\w+)_\{(?:kind|compression)\}"', text):
            yield from (f"{kind}_gz", f"{kind}_zst")


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
def test_every_column_is_documented_in_order_and_whether_it_is_required(feed: Feed) -> None:
    said = [(name, bool(required)) for name, required, _, _ in documented(feed.name)]
    assert said == [(column.name, column.is_required) for column in feed.columns]


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
def test_the_examples_are_a_record_that_is_read(feed: Feed) -> None:
    text = io.StringIO()
    rows = documented(feed.name)
    csv.writer(text).writerows([[row[0] for row in rows], [row[3] for row in rows]])
    blocks = list(CsvDecoder(feed).decode([text.getvalue().encode()]))
    assert [reject for block in blocks for reject in block.rejects] == []
    assert sum(block.records.num_rows for block in blocks) == 1


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
def test_the_words_that_a_column_allows_are_all_named(feed: Feed) -> None:
    said = {name: holds for name, _, holds, _ in documented(feed.name)}
    for column in feed.columns:
        words = getattr(column.check, "words", ())
        assert [word for word in words if f"`{word}`" not in said[column.name]] == []


def test_every_reason_is_documented_and_no_other() -> None:
    assert documented_reasons() == set(reasons_in_the_code())
