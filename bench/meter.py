"""Wall clock and CPU time, noted all the time, so that any span can be told afterwards."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Self
from urllib.parse import urlsplit

import numpy as np
import psutil

from ingestion.failures import Failure

EVERY_SECONDS = 0.05
# to find a server's workers all processes of the machine are looked at
EVERY_SECONDS_OF_A_SERVER = 1.0


class NoSuchServer(Failure):
    """The server whose CPU time is to be counted does not listen on this machine."""


@dataclass(frozen=True)
class Cost:
    """Wall seconds and CPU-seconds (of all cores together)."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.seconds + other.seconds, self.cpu_seconds + other.cpu_seconds)


class Meter:
    """Notes the CPU time of this process, in which Sail runs, of children that have ended, and of
    a Spark Connect server (`sc://host:port`) with its workers. Raises NoSuchServer."""

    def __init__(self, spark_remote: str = "") -> None:
        self._server = _listener(spark_remote) if spark_remote else None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._note_all, daemon=True)
        self._moments: list[float] = []
        self._used: list[float] = []

    def __enter__(self) -> Self:
        self._note()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._note()

    def between(self, begin: float, end: float) -> Cost:
        """What was used between two moments (`time.time()`)."""
        used = np.interp([begin, end], self._moments, self._used)
        return Cost(end - begin, float(used[1] - used[0]))

    @property
    def ended(self) -> float:
        """The last moment noted."""
        return self._moments[-1]

    @property
    def total(self) -> Cost:
        return self.between(self._moments[0], self.ended)

    def _note_all(self) -> None:
        every = EVERY_SECONDS_OF_A_SERVER if self._server else EVERY_SECONDS
        while not self._ended.wait(every):
            self._note()

    def _note(self) -> None:
        self._moments.append(time.time())
        self._used.append(_own() + (used_with_workers(self._server) if self._server else 0.0))


def shared(
    between: Callable[[float, float], Cost],
    spans: Mapping[str, tuple[float, float]],
    begin: float,
    end: float,
) -> dict[str, Cost]:
    """Give each span its part of what was used; what ran at once shares equally.

    The parts, with that of '' (no span was on), sum to what was used between begin and end.
    """
    edges = {begin, end, *(edge for span in spans.values() for edge in span)}
    moments = sorted(edge for edge in edges if begin <= edge <= end)
    costs = dict.fromkeys(["", *spans], Cost())
    for left, right in pairwise(moments):
        cost = between(left, right)
        on = [name for name, (first, last) in spans.items() if first <= left and right <= last]
        for name in on or [""]:
            share = 1 / max(1, len(on))
            costs[name] += Cost(cost.seconds * share, cost.cpu_seconds * share)
    return costs


def _own() -> float:
    used = (getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _listener(address: str) -> psutil.Process:
    port = urlsplit(address).port
    for found in psutil.net_connections("tcp"):
        is_server = found.status == psutil.CONN_LISTEN and found.laddr[1:] == (port,)
        if is_server and found.pid:
            return psutil.Process(found.pid)
    raise NoSuchServer(
        f"no process of this machine listens at {address}; the bench counts the server's CPU time, "
        "so it must run beside it"
    )


def used_with_workers(server: psutil.Process) -> float:
    """CPU-seconds that a process and all that it started have used."""
    used = 0.0
    for process in (server, *server.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        used += times.user + times.system + times.children_user + times.children_system
    return used
