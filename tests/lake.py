"""Looks at a home's tables by path: the home's own catalog belongs to its commands."""

from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql.functions import struct, to_json

from ingestion.settings import Settings

# what two runs over the same files may differ in: wall-clock times, and how files were packed
DIFFERS = {
    "raw.source_files": {"received_at", "bundle"},
    "serving.file_counts": {"received_date"},
    "operations.runs": {"started_at", "finished_at", "duration_ms", "table_versions"},
}


def tables(settings: Settings) -> dict[str, Path]:
    """Every Delta table of a home by its name, such as `rated.usage_charges`."""
    logs = sorted(settings.lake.glob("*.db/*/_delta_log"))
    return {f"{log.parent.parent.stem}.{log.parent.name}": log.parent for log in logs}


def versions(settings: Settings) -> dict[str, int]:
    """The last commit of each table."""
    return {
        name: max(int(commit.stem) for commit in (path / "_delta_log").glob("*.json"))
        for name, path in tables(settings).items()
    }


def rows(spark: SparkSession, settings: Settings, table: str) -> list[str]:
    """All rows as JSON texts in order, without what may differ between two runs."""
    frame = spark.read.format("delta").load(str(tables(settings)[table]))
    frame = frame.drop(*DIFFERS.get(table, ()))
    texts = frame.select(to_json(struct("*"), {"ignoreNullFields": "false"}).alias("text"))
    return sorted(row.text for row in texts.collect())
