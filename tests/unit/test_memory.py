"""Whether what a process frees is used again, asked of the kernel in a process of its own: Debian,
for which the tests are, has the C library that is told so; and how often Python looks for it."""

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

SEARCHES = """
import gc
from ingestion.memory import search_rarely
{first}
before = sum(one["collections"] for one in gc.get_stats())
kept = [[] for _ in range(500_000)]
print(sum(one["collections"] for one in gc.get_stats()) - before)
"""


def faults(first: str) -> int:
    """How often the kernel had to give a page when 64 MiB were needed a second time."""
    return printed(FAULTS_OF_THE_SECOND.format(first=first))


def searches(first: str) -> int:
    """How often Python looked for unreachable objects while 500,000 were made and kept."""
    return printed(SEARCHES.format(first=first))


def printed(code: str) -> int:
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    return int(ended.stdout)


def test_freed_memory_is_used_again_instead_of_given_back() -> None:
    assert faults("keep_memory()") < PAGES_OF_A_BATCH // 10 < faults("")


def test_unreachable_objects_are_searched_for_less_often_and_still_found() -> None:
    assert 0 < searches("search_rarely()") < searches("") // 10
