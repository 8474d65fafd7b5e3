"""The forms of an export, and how its files are named."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """The form of an export's files."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def names(format: ExportFormat, part_no: int) -> list[str]:
    """The files of a part, in the order in which they are written."""
    kinds = ("statements",) if format is ExportFormat.JSONL else ("statements", "lines")
    return [f"{kind}-{part_no:05d}.{format}" for kind in kinds]
