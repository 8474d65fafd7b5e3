"""Bring rows out of many small files into few: what Delta calls optimize.

Each run adds a file or more to every table that it writes, and whoever reads the table opens them
all. Packing them makes a version of the table with the same rows: the last committed run's stays
the one that is read, and the next run goes on from the new one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from deltalake import DeltaTable
from pyspark.sql import SparkSession

from ingestion import runs
from ingestion.damage import named_damage
from ingestion.engine import check_home, engine
from ingestion.lake import Log
from ingestion.settings import Settings

Progress = Callable[[int, int], None]
# a run begins by reading the ledger's last file
LEDGER_FILE_BYTES = 2**20


@dataclass(frozen=True)
class Packed:
    """How many files a table's rows stood in, and in how many they stand now."""

    table: str
    files_before: int
    files_after: int


def optimize(
    settings: Settings, *, on_progress: Progress = lambda done, total: None
) -> list[Packed]:
    """Pack the small files of every table, partition by partition, but for those that a killed run
    left unlike what the last committed run did: the next run puts them back first.

    On a Spark server its executors do it. Gives the tables of which files were packed, by name.
    Raises HomeIsBusy, TableDamaged, EngineUnavailable, EngineFailed.
    """
    check_home(settings)
    with runs.only_run(settings), named_damage(settings), _cluster(settings) as spark:
        found = runs.as_left(settings)
        packed = []
        for done, (name, log) in enumerate(sorted(found.items())):
            on_progress(done, len(found))
            before = _files(log)
            if not _share_folders(before):
                continue
            if name == runs.LEDGER:
                DeltaTable(log.place).optimize.compact(target_size=LEDGER_FILE_BYTES)
            elif spark is None:
                DeltaTable(log.place).optimize.compact()
            else:
                spark.sql(f"optimize {name}")
            after = _files(log)
            if len(after) < len(before):
                packed.append(Packed(name, len(before), len(after)))
        on_progress(len(found), len(found))
    return packed


@contextmanager
def _cluster(settings: Settings) -> Iterator[SparkSession | None]:
    """A session of the Spark server, where there is one."""
    if not settings.spark_remote:
        yield None
        return
    with engine(settings) as spark:
        yield spark


def _files(log: Log) -> list[str]:
    return DeltaTable(log.place).file_uris()


def _share_folders(files: list[str]) -> bool:
    """Whether any partition, which is a folder, has more files than one."""
    return len({file.rpartition("/")[0] for file in files}) < len(files)
