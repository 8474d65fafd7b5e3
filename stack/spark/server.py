"""Start, stop and look at the Spark cluster of a home."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
from filelock import FileLock

from ingestion.settings import Settings
from stack.java import find_java
from stack.part import PartStatus
from stack.process import ServerFailed, check_free, end, fetch_jars, find, launch, wait_until
from stack.spark.files import address, conf_folder, master_url, prepare, read_token
from stack.spark.health import alive_workers, connect_version
from stack.spark.program import (
    MASTER,
    VERSION,
    WORKER,
    connect_server,
    daemon,
    environment,
    java_options,
    log_mark,
)

NAME = "Spark"
CONNECT = "connect"
WORKERS = ("worker-1", "worker-2")
# each serves those before it, so they end in this order
PROCESSES = (CONNECT, *WORKERS, "master")
# their pages cannot be turned off: on loopback, at ports that they find
ANY_PAGE = ("--webui-port", "0")
GIGABYTE = 2**30
# what all of it takes in work: the heaps of driver and executors, and what lies beside them
MEMORY = 4 * GIGABYTE
START_SECONDS = 120
STOP_SECONDS = 20
Progress = Callable[[int, int], None]


def start(settings: Settings, *, on_progress: Progress = lambda done, total: None) -> None:
    """Start what of the cluster does not run, and wait until it answers; 3 steps of progress.

    Idempotent. A home that has got an object store or a metastore since has all of it started
    again; so has one whose master is gone. Raises ServerFailed, JavaMissing.
    """
    folder = settings.spark_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / "server.lock"):
        on_progress(0, 3)
        fetch_jars("spark", NAME)
        find_java(NAME)
        if prepare(settings) or running(settings, "master") is None:
            _end(settings)
            check_memory(psutil.virtual_memory().available)
            _launch_master(settings)
        on_progress(1, 3)
        _launch_workers(settings)
        on_progress(2, 3)
        if running(settings, CONNECT) is None:
            _launch_connect(settings)
        on_progress(3, 3)


def check_memory(available: int) -> None:
    """Raise ServerFailed when the machine has too few bytes left."""
    if available < MEMORY:
        raise ServerFailed(
            f"{NAME} needs {MEMORY / GIGABYTE:.0f} GB of memory and {available / GIGABYTE:.1f} GB "
            "are free: stop other programs, or leave RATELAKE_SPARK_REMOTE empty to work with the "
            "engine inside the process"
        )


def _launch_master(settings: Settings) -> None:
    port = settings.spark_master_port
    check_free("Spark's master", "127.0.0.1", port, "RATELAKE_SPARK_MASTER_PORT")
    check_free("Spark Connect", "127.0.0.1", settings.spark_port, "RATELAKE_SPARK_PORT")
    command = [*daemon(MASTER), *("--host", "127.0.0.1", "--port", str(port), *ANY_PAGE)]
    process = _launch(settings, "master", command)
    _wait(settings, "master", process, lambda: _alive(settings) is not None)


def _launch_workers(settings: Settings) -> None:
    missing = [name for name in WORKERS if running(settings, name) is None]
    size = ["--cores", "1", "--memory", "1100m", "--work-dir", str(settings.spark_folder / "work")]
    for name in missing:
        command = [*daemon(WORKER), "--host", "127.0.0.1", *ANY_PAGE, *size]
        process = _launch(settings, name, [*command, master_url(settings)])
    if missing:
        _wait(settings, missing[-1], process, lambda: _alive(settings) == len(WORKERS))


def _launch_connect(settings: Settings) -> None:
    check_free("Spark Connect", "127.0.0.1", settings.spark_port, "RATELAKE_SPARK_PORT")
    token = {"SPARK_CONNECT_AUTHENTICATE_TOKEN": read_token(settings) or ""}
    process = _launch(settings, CONNECT, connect_server(), token)
    _wait(settings, CONNECT, process, lambda: connect_version(settings) is not None)


def _launch(
    settings: Settings, name: str, command: list[str], secret: dict[str, str] | None = None
) -> psutil.Popen:
    for folder in ("scratch", "work"):
        (settings.spark_folder / folder).mkdir(exist_ok=True, mode=0o700)
    log = log_file(settings, name)
    # these two are for masters and workers; they wait more than they work
    small = {
        "SPARK_DAEMON_MEMORY": "128m",
        "SPARK_DAEMON_JAVA_OPTS": f"{java_options(log)} -XX:TieredStopAtLevel=1",
    }
    # spark-submit would take the daemons' memory for the Connect server's, too
    variables = environment(conf_folder(settings)) | (small if name != CONNECT else {})
    variables |= secret or {}
    return launch(command, settings.spark_folder, log, variables)


def _wait(
    settings: Settings, name: str, process: psutil.Popen, answers: Callable[[], bool]
) -> None:
    wait_until(answers, process, f"{NAME}'s {name}", log_file(settings, name), START_SECONDS)


def log_file(settings: Settings, name: str) -> Path:
    return settings.spark_folder / f"{name}.log"


def running(settings: Settings, name: str) -> psutil.Process | None:
    """The process of this name (`master`, `worker-1`, `worker-2`, `connect`)."""
    return find(log_mark(log_file(settings, name)))


def _alive(settings: Settings) -> int | None:
    master = running(settings, "master")
    return alive_workers(settings, master) if master else None


def stop(settings: Settings) -> bool:
    """Stop the cluster; False when nothing of it ran. The token and the secret stay."""
    return _end(settings)


def _end(settings: Settings) -> bool:
    ended = [end(partial(running, settings, name), STOP_SECONDS) for name in PROCESSES]
    return any(ended)


def status(settings: Settings) -> PartStatus:
    """What runs now. It answers if the Connect server and both workers do; the address says what
    does not, and the log is that one's."""
    found = {name: running(settings, name) for name in PROCESSES}
    workers = _alive(settings)
    version = connect_version(settings) if found[CONNECT] else None
    faults = _faults(found, workers, version)
    where = address(settings).removeprefix("sc://")
    return PartStatus(
        "spark",
        is_running=any(found.values()),
        is_answering=not faults,
        version=f"Spark {version or VERSION}",
        address=f"{where} ({', '.join(faults.values())})"
        if faults and any(found.values())
        else where,
        memory_bytes=sum(_memory(process) for process in found.values() if process),
        log=log_file(settings, next(iter(faults), CONNECT)),
    )


def _faults(
    found: dict[str, psutil.Process | None], workers: int | None, version: str | None
) -> dict[str, str]:
    """What is wrong, by the process whose log tells more."""
    faults = {name: f"{name} stopped" for name, process in found.items() if process is None}
    if workers is None:
        faults.setdefault("master", "master does not answer")
    elif workers < len(WORKERS):
        faults.setdefault("master", f"{workers} of {len(WORKERS)} workers at the master")
    if version is None:
        faults.setdefault(CONNECT, f"{CONNECT} does not answer")
    return faults


def _memory(process: psutil.Process) -> int:
    """Its own, and of what it started: executors, and Python beside them."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total
