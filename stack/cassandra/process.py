"""The node's JVM: its command line, whether it runs, and what it said when it died."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import psutil

from ingestion.failures import Failure
from ingestion.settings import PROJECT
from stack.cassandra.files import CONF, NodeFile
from stack.java import JavaMissing, find_java

JARS = PROJECT / ".jars" / "cassandra"
STOP_SECONDS = 90
TO_ARCHIVE = "-XX:ArchiveClassesAtExit="
# as root the node would lock its whole heap in memory; without this capability it cannot
WITHOUT_LOCKED_MEMORY = ("setpriv", "--bounding-set", "-ipc_lock", "--inh-caps", "-ipc_lock")


class NodeFailed(Failure):
    """The home's Cassandra node cannot be started, or ended while starting."""


def launch(folder: Path, *flags: str) -> int:
    """Start the node as a process of its own that outlives this one; returns its id."""
    try:
        path, version = find_java("Cassandra")
    except JavaMissing as missing:
        raise NodeFailed(str(missing)) from None
    command = [*memory_prefix(), path, archive_flag(version), *flags, *arguments(folder)]
    with open(folder / "log" / "output.log", "wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("RATELAKE_")},
        )
    return process.pid


def arguments(folder: Path) -> list[str]:
    if not any(JARS.glob("cassandra-all*.jar")):
        raise NodeFailed(f"no Cassandra JAR in {JARS}: run `make setup` (it needs Maven)")
    return [
        f"@{CONF / 'jvm.options'}",
        storage_flag(folder),
        f"-Dcassandra.logdir={folder / 'log'}",
        f"-Dcassandra.config={(folder / 'conf' / 'cassandra.yaml').as_uri()}",
        f"-Dcassandra-rackdc.properties={(folder / 'conf' / 'rackdc.properties').as_uri()}",
        f"-Dlogback.configurationFile={(CONF / 'logback.xml').as_uri()}",
        f"-Djava.io.tmpdir={folder / 'tmp'}",
        f"-Djna.tmpdir={folder / 'tmp'}",
        "-cp",
        f"{JARS}/*",
        "org.apache.cassandra.service.CassandraDaemon",
    ]


def archive_flag(version: str) -> str:
    """Have Java map its classes from an archive, which makes a start a third quicker.

    The first node that is stopped leaves the archive, under another name until it is whole.
    """
    archive = JARS / f"classes-{version}.jsa"
    if archive.exists():
        return f"-XX:SharedArchiveFile={archive}"
    return f"{TO_ARCHIVE}{archive}.{os.getpid()}"


def storage_flag(folder: Path) -> str:
    return f"-Dcassandra.storagedir={folder}"


def memory_prefix() -> tuple[str, ...]:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return ()
    works = subprocess.run([*WITHOUT_LOCKED_MEMORY, "true"], capture_output=True).returncode == 0
    return WITHOUT_LOCKED_MEMORY if works else ()


def running_process(folder: Path, node: NodeFile | None) -> psutil.Process | None:
    """The node's process if it runs; a process that merely got its id later is none."""
    if node is None or node.pid is None:
        return None
    try:
        process = psutil.Process(node.pid)
        is_ours = storage_flag(folder) in command_line(process)
        alive = is_ours and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return None
    return process if alive else None


def command_line(process: psutil.Process) -> list[str]:
    """Wait until there is one: while setpriv becomes java, the process has none for a moment."""
    for _ in range(50):
        command = process.cmdline()
        if command:
            break
        time.sleep(0.02)
    return command


def find_process(folder: Path) -> int | None:
    for process in psutil.process_iter(["cmdline"]):
        if storage_flag(folder) in (process.info["cmdline"] or ()):
            return int(process.pid)
    return None


def end(process: psutil.Process) -> None:
    """Ask the node to flush and end, wait; kill it only if it does not (its commit log replays)."""
    command = command_line(process)
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)
    else:
        keep_archive(command)


def keep_archive(command: list[str]) -> None:
    """Keep the archive of classes that a node wrote at its end, if it was to write one."""
    for flag in command:
        if flag.startswith(TO_ARCHIVE):
            written = Path(flag.removeprefix(TO_ARCHIVE))
            if written.exists():
                written.replace(written.with_suffix(""))


def failure(folder: Path, node: NodeFile, what: str) -> NodeFailed:
    """Say what happened, and why: a port that was taken, or else what the node said last."""
    said = last_words(folder / "log")
    ports = (str(port) for port in (node.port, node.storage_port))
    taken = [port for port in ports if re.search(rf"\b{port}\b.*\bin use\b|bind port {port}", said)]
    if taken:
        return NodeFailed(
            f"Cassandra {what}: port {taken[0]} on {node.address} was taken by another process "
            "meanwhile; try again"
        )
    return NodeFailed(f"Cassandra {what}; it said last (more in {folder / 'log'}):\n{said}")


def last_words(logs: Path, count: int = 15) -> str:
    """The last errors that the node logged or printed; its last lines if there are none."""
    printed, logged = (
        path.read_text(errors="replace").strip().splitlines()[-60:] if path.exists() else []
        for path in (logs / "output.log", logs / "system.log")
    )
    errors = [line for line in logged if line.startswith("ERROR")]
    errors += [line for line in printed if not line.startswith("WARNING:")]
    return "\n".join((errors or logged or printed)[-count:])
