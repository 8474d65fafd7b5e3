"""The files of a part: JSON lines, CSV or Parquet, each there only when it is whole."""

import csv
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from statements.export.fields import (
    FLAT_LINE,
    STATEMENT,
    Field,
    document,
    line_document,
    tax_items,
    values,
)
from statements.export.names import ExportFormat, names

UNFINISHED = ".unfinished"
BLOCK = 1024**2
TAXES = "taxItem"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Rows:
    """Statements by their id, each with its lines in order."""

    statements: Sequence[Row]
    lines: Sequence[Row]

    def __iter__(self) -> Iterator[tuple[Row, list[Row]]]:
        of = {
            key: list(found)
            for key, found in groupby(self.lines, key=lambda line: line["statement_id"])
        }
        yield from ((one, of.get(one["statement_id"], [])) for one in self.statements)


def write_part(folder: Path, format: ExportFormat, part_no: int, rows: Rows) -> None:
    """Write the files of a part that are not there yet."""
    write = {
        ExportFormat.JSONL: (_write_json,),
        ExportFormat.CSV: (_write_csv_statements, _write_csv_lines),
        ExportFormat.PARQUET: (_write_parquet_statements, _write_parquet_lines),
    }[format]
    for name, make in zip(names(format, part_no), write, strict=True):
        if not (folder / name).exists():
            with whole(folder / name) as unfinished:
                make(unfinished, rows)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a place to write to that becomes the file when all of it is on the disk."""
    unfinished = path.with_name(path.name + UNFINISHED)
    yield unfinished
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.replace(path)


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed export left of files."""
    for path in folder.glob(f"*{UNFINISHED}"):
        path.unlink()


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _write_json(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for statement, lines in rows:
            said = document(STATEMENT, statement) | {
                TAXES: tax_items(lines),
                "appliedCustomerBillingRate": [line_document(line) for line in lines],
            }
            json.dump(said, out, ensure_ascii=False, separators=(",", ":"))
            out.write("\n")


def _taxes(lines: Sequence[Row]) -> str:
    return json.dumps(tax_items(lines), ensure_ascii=False, separators=(",", ":"))


def _write_csv_statements(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        write = _csv(out, [*(field.column for field in STATEMENT), TAXES])
        for statement, lines in rows:
            write.writerow([*values(STATEMENT, statement), _taxes(lines)])


def _write_csv_lines(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        write = _csv(out, [field.column for field in FLAT_LINE])
        write.writerows(values(FLAT_LINE, line) for line in rows.lines)


def _csv(out: TextIO, columns: Sequence[str]) -> Any:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    return writer


def _write_parquet_statements(path: Path, rows: Rows) -> None:
    table = _table(STATEMENT, rows.statements)
    texts = pa.array([_taxes(lines) for _, lines in rows], pa.string())
    pq.write_table(table.append_column(pa.field(TAXES, pa.string()), texts), path)


def _write_parquet_lines(path: Path, rows: Rows) -> None:
    pq.write_table(_table(FLAT_LINE, rows.lines), path)


def _table(fields: Sequence[Field], rows: Sequence[Row]) -> pa.Table:
    return pa.table(
        {
            field.column: pa.array(
                [field.value(row) for row in rows], pa.int64() if field.is_count else pa.string()
            )
            for field in fields
        }
    )
