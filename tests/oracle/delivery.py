"""Writes worlds to disk as an operator delivers them, and says what each file made known."""

import csv
import gzip
import hashlib
import io
import json
from datetime import datetime
from pathlib import Path
from random import Random

import zstandard

from tests.oracle.records import Delivered, Knowledge
from tests.oracle.world_frame import Files, Row, Rows

REFERENCE_FILES = (
    *("services", "plans", "tariffs", "tariff_steps", "bundles", "destinations"),
    *("roaming_networks", "time_bands", "holidays", "plan_calendars", "currencies"),
    *("discounts", "taxes", "exchange_rates"),
)
OPTIONAL = {"session_id", "partial_no", "bundle_id", "quantity", "expires_at", "parent_account_id"}
FORMATS = ("csv", "csv", "csv.gz", "csv.zst", "jsonl", "jsonl.gz")
FILES_PER_FEED = {"usage": 6, "account": 2, "action": 2, "payment": 1}


def write_wave(
    inbox: Path, feeds: Files, *, known_at: datetime, wave: str, random: Random
) -> list[Delivered]:
    """Write a wave's rows below `inbox`, spread over a few files of several formats.

    Return every row as delivered; `known_at` is the knowledge time of the run that collects them.
    """
    found: list[Delivered] = []
    for feed, rows in feeds.items():
        parts: list[Rows] = [[] for _ in range(FILES_PER_FEED[feed])]
        for row in rows:
            random.choice(parts).append(row)
        for number, part in enumerate(parts):
            if part:
                kind = random.choice(FORMATS)
                path = inbox / feed / f"{wave}-{number}.{kind}"
                file_id = write_file(path, part, random)
                found += [
                    Delivered(feed, row, Knowledge(known_at, file_id, record_no))
                    for record_no, row in enumerate(part, start=1)
                ]
    return found


def write_file(path: Path, rows: Rows, random: Random) -> str:
    """Write one feed file and return its SHA-256 in hex."""
    columns = [
        column
        for column in columns_of(rows)
        if column not in OPTIONAL or any(row.get(column) for row in rows)
    ]
    random.shuffle(columns)
    is_csv = path.name.split(".")[1] == "csv"
    content = csv_text(columns, rows) if is_csv else json_lines(columns, rows)
    data = content.encode()
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    if path.suffix == ".zst":
        data = zstandard.compress(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def columns_of(rows: Rows) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))


def csv_text(columns: list[str], rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return out.getvalue()


def json_lines(columns: list[str], rows: Rows) -> str:
    return "".join(json.dumps(json_object(columns, row)) + "\n" for row in rows)


def json_object(columns: list[str], row: Row) -> dict[str, str | None]:
    """One record; an empty field is left out, null or, as in CSV, an empty text."""
    return {column: row[column] or None for column in columns if column in row}


def write_reference(folder: Path, files: Files) -> None:
    """Write a complete reference folder; what was in it is overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in REFERENCE_FILES:
        rows = files.get(name, [])
        (folder / f"{name}.csv").write_text(csv_text(columns_of(rows), rows))
