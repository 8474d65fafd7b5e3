"""One node of the home: launched, found again, awaited and ended."""

import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingestion.settings import Settings
from stack.cassandra.datacenters import second_folder
from stack.cassandra.files import (
    LOOPBACK,
    NodeFile,
    prepare,
    read_node_file,
    write_node_file,
)
from stack.cassandra.process import end, failure, find_process, launch, running_process
from stack.cassandra.roles import NotReady

START_SECONDS = 180
Flags = tuple[str, ...]


def launch_node(
    settings: Settings,
    folder: Path,
    others: tuple[NodeFile, ...],
    beside: tuple[str, ...] = (),
    flags: Flags = (),
) -> NodeFile:
    node_file = prepare(folder, settings.tls_folder, others, beside)
    node_file = replace(node_file, pid=launch(folder, *flags))
    write_node_file(folder, node_file)
    return node_file


def known_node(folder: Path) -> NodeFile | None:
    """The node that runs on the folder, even if its starter was killed before it noted the process.

    Two servers on one folder would ruin its data.
    """
    node_file = read_node_file(folder)
    if node_file is None or running_process(folder, node_file):
        return node_file
    pid = find_process(folder)
    if pid is None:
        return None
    node_file = replace(node_file, pid=pid)
    write_node_file(folder, node_file)
    return node_file


def wait_until_ready(folder: Path, node_file: NodeFile, ready: Callable[[], None]) -> None:
    """Wait until the node listens and `ready` raises NotReady no more; what failed to start is
    ended: nothing lingers."""
    deadline = time.monotonic() + START_SECONDS
    reason = "it does not listen"
    while time.monotonic() < deadline:
        process = running_process(folder, node_file)
        if process is None:
            raise failure(folder, node_file, "ended while starting")
        if is_listening(node_file.port, node_file.address):
            try:
                return ready()
            except NotReady as why:
                reason = str(why)
        time.sleep(0.2)
    if process is not None:
        end(process)
    raise failure(folder, node_file, f"did not answer within {START_SECONDS} s ({reason})")


def end_node(folder: Path) -> bool:
    node_file = known_node(folder)
    process = running_process(folder, node_file)
    if node_file is None or process is None:
        return False
    end(process)
    write_node_file(folder, replace(node_file, pid=None))
    return True


def running_nodes(settings: Settings) -> list[tuple[Path, NodeFile]]:
    """Those of the home's nodes that run, each with its folder."""
    found = []
    for folder in (settings.cassandra_folder, second_folder(settings)):
        node_file = read_node_file(folder)
        if node_file is not None and running_process(folder, node_file) is not None:
            found.append((folder, node_file))
    return found


def is_listening(port: int, host: str = LOOPBACK) -> bool:
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True
