"""Whether what a process frees is used again, asked of the kernel in a process of its own. Debian,
for which the tests are, has the C library that is told so."""

import subprocess
import sys

from ingestion.settings import PROJECT

PAGES_OF_A_BATCH = 64 * 2**20 // 4096
FAULTS_OF_THE_SECOND = """
from resource import RUSAGE_SELF, getrusage
from ingestion.memory import keep_memory
{first}
bytearray(64 * 2**20)
before = getrusage(RUSAGE_SELF).ru_minflt
bytearray(64 * 2**20)
print(getrusage(RUSAGE_SELF).ru_minflt - before)
"""


def faults(first: str) -> int:
    """How often the kernel had to give a page when 64 MiB were needed a second time."""
    code = FAULTS_OF_THE_SECOND.format(first=first)
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    return int(ended.stdout)


def test_freed_memory_is_used_again_instead_of_given_back() -> None:
    assert faults("keep_memory()") < PAGES_OF_A_BATCH // 10 < faults("")
