"""CPU time of a process tree by kind of process, sampled while it works."""

import threading
import time
from bisect import bisect_left
from dataclasses import dataclass

import psutil

EVERY_SECONDS = 0.2


@dataclass(frozen=True)
class CpuTime:
    """CPU-seconds used so far: Spark's JVM, Python (with Spark's workers), the Cassandra server."""

    moment: float
    jvm: float = 0.0
    python: float = 0.0
    cassandra: float = 0.0

    def since(self, earlier: "CpuTime") -> "CpuTime":
        return CpuTime(
            self.moment - earlier.moment,
            self.jvm - earlier.jvm,
            self.python - earlier.python,
            self.cassandra - earlier.cassandra,
        )

    @property
    def client(self) -> float:
        """What Ratelake itself used, without the server that it writes to."""
        return self.jvm + self.python


class CpuSampler:
    """Samples this process and all below it in the background; `at(moment)` gives what was used."""

    def __init__(self) -> None:
        self.samples = [read_cpu()]
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.sample, daemon=True)

    def __enter__(self) -> "CpuSampler":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()
        self.samples.append(read_cpu())

    def sample(self) -> None:
        while not self.stopped.wait(EVERY_SECONDS):
            self.samples.append(read_cpu())

    def at(self, moment: float) -> CpuTime:
        """The sample at or after a moment (`time.time()`), or the last one."""
        index = bisect_left(self.samples, moment, key=lambda sample: sample.moment)
        return self.samples[min(index, len(self.samples) - 1)]


def read_cpu() -> CpuTime:
    """CPU of this process tree; a child that ended counts once its parent has waited for it."""
    used = {"jvm": 0.0, "python": 0.0, "cassandra": 0.0}
    this = psutil.Process()
    for process in (this, *this.children(recursive=True)):
        try:
            times, kind = process.cpu_times(), kind_of(process)
        except psutil.NoSuchProcess:
            continue
        used[kind] += times.user + times.system + times.children_user + times.children_system
    return CpuTime(time.time(), **used)


def kind_of(process: psutil.Process) -> str:
    if process.name() != "java":
        return "python"
    is_server = any("CassandraDaemon" in part for part in process.cmdline())
    return "cassandra" if is_server else "jvm"
