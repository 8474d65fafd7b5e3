"""Start, stop and look at the Hive metastore of a home, with the PostgreSQL server below it."""

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
from filelock import FileLock

from ingestion.settings import PROJECT, Settings
from stack.java import find_java
from stack.metastore import postgres
from stack.metastore.access import access, answers
from stack.metastore.files import CONF, prepare, truststore_file
from stack.part import PartStatus
from stack.process import check_free, end, find, install, launch, wait_until
from stack.tls import TRUSTSTORE_PASSWORD

# what pyspark has
VERSION = "2.3.10"
SERVER = "org.apache.hadoop.hive.metastore.HiveMetaStore"
START_SECONDS = 180
STOP_SECONDS = 30
Progress = Callable[[int, int], None]


def start(settings: Settings, *, on_progress: Progress = lambda done, total: None) -> None:
    """Start the home's metastore and wait until it answers; 2 steps of progress.

    Idempotent; one that was started before the home had an object store is started again. With
    RATELAKE_METASTORE_URI nothing is started. Raises ServerFailed, JavaMissing.
    """
    if settings.metastore_uri:
        return
    folder = settings.metastore_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / "server.lock"):
        on_progress(0, 2)
        install("metastore", "the metastore's PostgreSQL")
        if prepare(settings):
            _end(settings)
        is_missing = running(settings) is None
        if is_missing:
            port = settings.metastore_port
            check_free("the Hive metastore", "127.0.0.1", port, "RATELAKE_METASTORE_PORT")
        postgres.start_database(settings)
        on_progress(1, 2)
        if is_missing:
            _launch(settings)
        on_progress(2, 2)


def _launch(settings: Settings) -> None:
    java, _ = find_java("the Hive metastore")
    folder = settings.metastore_folder
    command = [java, f"@{CONF / 'java.options'}", *_trust(settings)]
    command += [f"-Djava.security.policy=={CONF / 'java.policy'}"]
    command += [f"-Dlog4j2.configurationFile={(CONF / 'log4j2.properties').as_uri()}"]
    command += [f"-Djava.io.tmpdir={folder}", "-cp", _classes(settings), SERVER]
    command += ["-p", str(settings.metastore_port)]
    log = folder / "server.log"
    process = launch(command, folder, log, {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"})
    found = access(settings)
    wait_until(
        lambda: found is not None and answers(found),
        process,
        "the Hive metastore",
        log,
        START_SECONDS,
    )


def _trust(settings: Settings) -> list[str]:
    """Whose certificates Java takes; its own authorities' where nothing else is said."""
    path = truststore_file(settings)
    if not path.exists():
        return []
    return [
        f"-Djavax.net.ssl.trustStore={path}",
        f"-Djavax.net.ssl.trustStorePassword={TRUSTSTORE_PASSWORD}",
    ]


def _classes(settings: Settings) -> str:
    """Its configuration, the driver of its database, and what Spark has: its program, and S3."""
    spec = find_spec("pyspark")
    assert spec is not None and spec.origin is not None
    jars, spark = PROJECT / ".jars", Path(spec.origin).parent / "jars"
    places = [jars / "metastore", spark, jars / "spark"]
    return ":".join([str(settings.metastore_folder / "conf"), *(f"{place}/*" for place in places)])


def running(settings: Settings) -> psutil.Process | None:
    return find(f"-Djava.io.tmpdir={settings.metastore_folder}")


def stop(settings: Settings) -> bool:
    """Stop both servers; False when none ran. What tables there are stays."""
    return _end(settings)


def _end(settings: Settings) -> bool:
    """The metastore first: its database waits until nobody is connected."""
    ended = end(lambda: running(settings), STOP_SECONDS)
    return postgres.stop_database(settings) or ended


def status(settings: Settings) -> PartStatus:
    """What runs now, and whether the metastore says which schemas its database has."""
    found, processes = access(settings), [*_processes(settings)]
    return PartStatus(
        "metastore",
        is_running=bool(processes),
        is_answering=found is not None and answers(found),
        version=f"Hive {VERSION}, PostgreSQL {postgres.VERSION}",
        address=found.uri.removeprefix("thrift://") if found else "",
        memory_bytes=sum(process.memory_info().rss for process in processes),
        log=settings.metastore_folder / "server.log",
    )


def _processes(settings: Settings) -> Iterator[psutil.Process]:
    if process := running(settings):
        yield process
    if process := postgres.running_database(settings):
        yield from (process, *process.children())
