"""How many records a bench can take on this machine."""

import psutil

DEFAULT_RECORDS = 5_000_000
DEFAULT_ACCOUNTS = 100_000
# a run of a million records took 2.2 GB; half of what is free is left to others
BYTES_FOR_ANY = 2**30
BYTES_PER_RECORD = 2_000
SHARE_OF_FREE = 0.5


def affordable(wanted: int, free_bytes: int | None = None) -> int:
    """So many of the records wanted as memory allows, in whole thousands when it is fewer."""
    free = psutil.virtual_memory().available if free_bytes is None else free_bytes
    most = int((free * SHARE_OF_FREE - BYTES_FOR_ANY) / BYTES_PER_RECORD)
    return min(wanted, max(1_000, most // 1_000 * 1_000))
