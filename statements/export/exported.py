"""Which statements were exported, in operations.exports: no run writes this table."""

from collections.abc import Iterator

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from ingestion.catalog import version
from ingestion.lake import Folder, place_of
from ingestion.settings import Settings

EXPORTS = pa.schema(
    [
        ("export_id", pa.string()),
        ("statement_id", pa.string()),
        ("format", pa.string()),
        ("folder", pa.string()),
        ("cycle_start", pa.date32()),
        ("exported_at", pa.timestamp("us", "UTC")),
        ("run_id", pa.int64()),
    ]
)
KEPT = {"delta.checkpointInterval": "1000000", "delta.dataSkippingStatsColumns": "cycle_start"}


def place(settings: Settings) -> Folder:
    return place_of(settings, "operations.exports")


def open_exports(settings: Settings) -> None:
    """Create the table, empty, before the first export."""
    if version(place(settings)) is None:
        place(settings).make()
        DeltaTable.create(str(place(settings)), EXPORTS, mode="ignore", configuration=KEPT)


def record(settings: Settings, rows: Iterator[pa.RecordBatch]) -> None:
    """Keep what an export wrote, all or nothing."""
    reader = pa.RecordBatchReader.from_batches(EXPORTS, rows)
    write_deltalake(str(place(settings)), reader, mode="append", configuration=KEPT)
