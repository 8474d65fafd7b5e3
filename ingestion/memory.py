"""How a run's process takes memory from the system, and looks for what it no longer needs: by
itself it does both all the time."""

import atexit
import ctypes
import gc
import platform

# malloc.h: what is freed at the end of a heap, what is taken beyond a request, what is mapped alone
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3
KEPT_BYTES = 2**30
TAKEN_BYTES = 64 * 2**20
# objects made between two searches for unreachable ones, and searches of the young between those
# of the older and of all (gc.set_threshold); Python's own are 700, 10 and 10
OBJECTS_BETWEEN_SEARCHES = (50_000, 20, 20)


def keep_memory() -> None:
    """Let the C library use freed memory again, where it is glibc, instead of giving it back.

    Columns of a batch are megabytes: each would be mapped, cleared page by page by the kernel and
    unmapped, which is up to a tenth of a run's CPU time (decision 35).
    """
    if platform.libc_ver()[0] != "glibc":
        return
    mallopt = ctypes.CDLL(None).mallopt
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES)
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
    mallopt(M_TOP_PAD, TAKEN_BYTES)


def search_rarely() -> None:
    """Let Python search for unreachable objects less often: those of dbt stay, and to go through
    them again and again was an eighth of a short run."""
    gc.set_threshold(*OBJECTS_BETWEEN_SEARCHES)


def end_without_search() -> None:
    """Let Python not look once more for unreachable objects as a command's process ends."""
    # what is frozen is not looked at
    atexit.register(gc.freeze)
