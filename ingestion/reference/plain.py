"""A validated reference folder as plain CSV files in one spelling, for Spark to read."""

import csv
import os
from pathlib import Path

from ingestion.reference.files import FILES
from ingestion.reference.read import Delivered, delivered_paths, read_delivered
from ingestion.reference.schema import Column, ReferenceFile
from ingestion.reference.times import Days
from ingestion.reference.types import Prefix


def write_plain(folder: Path, into: Path) -> list[Path]:
    """Write each file of `folder` that has rows as `<into>/<name>.csv`; remove the others there.

    UTF-8, the contract's columns that were delivered, in its order; prefixes without + or 00, days
    in lower case without blanks, all else as delivered. The same rows give the same bytes.
    """
    into.mkdir(parents=True, exist_ok=True)
    written = []
    for name, file in FILES.items():
        path = into / f"{name}.csv"
        paths = delivered_paths(folder, name)
        delivered = read_delivered(paths[0]) if paths else Delivered({}, [])
        if delivered.lines:
            _write(path, file, delivered)
            written.append(path)
        else:
            path.unlink(missing_ok=True)
    return written


def _write(path: Path, file: ReferenceFile, delivered: Delivered) -> None:
    columns = [column for column in file.columns if column.name in delivered.columns]
    fields = [_spelled(column, delivered.columns[column.name]) for column in columns]
    unfinished = path.with_suffix(".tmp")
    with unfinished.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(column.name for column in columns)
        writer.writerows(zip(*fields, strict=True))
    os.replace(unfinished, path)


def _spelled(column: Column, texts: list[str]) -> list[str]:
    if not isinstance(column.type, Prefix | Days):
        return texts
    return [str(column.type.read(text)) if text else "" for text in texts]
