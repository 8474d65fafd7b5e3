"""Whether memory that a statement freed is used by the next one, asked of the kernel."""

import os
import subprocess
import sys
from pathlib import Path

from ingestion.settings import PROJECT

FAULTS_OF_THE_SECOND = """
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import sleep
from ingestion.engine import engine
from ingestion.settings import Settings

texts = "select max(repeat(cast(id as string), 3)) as text from range(1500000) group by id % 700000"
with engine(Settings(home=Path(sys.argv[1]), spark_remote="")) as session:
    session.sql(f"select sum(length(text)) from ({texts})").collect()
    sleep(0.3)
    before = getrusage(RUSAGE_SELF).ru_minflt
    session.sql(f"select sum(length(text)) from ({texts})").collect()
    print(getrusage(RUSAGE_SELF).ru_minflt - before)
"""


def faults(home: Path, **variables: str) -> int:
    """How often the kernel had to give a page when a statement ran a second time."""
    ended = subprocess.run(
        [sys.executable, "-c", FAULTS_OF_THE_SECOND, str(home)],
        cwd=PROJECT,
        env=os.environ | variables,
        check=True,
        capture_output=True,
        text=True,
    )
    return int(ended.stdout)


def test_memory_that_a_statement_freed_is_used_by_the_next(tmp_path: Path) -> None:
    given_back = faults(tmp_path, MIMALLOC_PURGE_DELAY="10")
    assert faults(tmp_path) < given_back // 4
