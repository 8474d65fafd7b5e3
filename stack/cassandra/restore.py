"""A home's first node that lost its data, filled anew from the second data centre."""

import shutil
from dataclasses import replace
from pathlib import Path

from cassandra import DriverException
from cassandra.cluster import NoHostAvailable

from ingestion.settings import Settings
from stack.cassandra.datacenters import admin, join, second_folder
from stack.cassandra.files import NodeFile, read_node_file, write_node_file
from stack.cassandra.launch import end_node, launch_node, wait_until_ready
from stack.cassandra.roles import NotReady

# a node that has its data knows the others from there; this one is to forget the one that is lost
FORGET = "-Dcassandra.load_ring_state=false"


def is_lost(settings: Settings) -> bool:
    """Whether the first node has no data, or was not filled to the end, and the second has some."""
    folder, others = settings.cassandra_folder, second_folder(settings)
    first, second = read_node_file(folder), read_node_file(others)
    if first is None or second is None or not has_data(others):
        return False
    return not (first.is_in_step and has_data(folder))


def has_data(folder: Path) -> bool:
    return any((folder / "data" / "system").glob("local-*/*-Data.db"))


def restore_first(settings: Settings) -> NodeFile:
    """Start both nodes, the second by itself, then the first as a new one beside it, and wait
    until it holds every row. Can be interrupted and done again. Raises NodeFailed."""
    folder, others = settings.cassandra_folder, second_folder(settings)
    lost = read_node_file(folder)
    assert lost is not None
    end_node(others)
    # what was not filled to the end is no good either
    for name in ("data", "commitlog", "hints", "saved_caches"):
        shutil.rmtree(folder / name, ignore_errors=True)
    second = launch_node(settings, others, (), (lost.address,), (FORGET,))
    wait_until_ready(others, second, lambda: forget(folder, second, lost))
    write_node_file(folder, replace(lost, port=second.port, pid=None, is_in_step=False))
    first = launch_node(settings, folder, (second,))
    wait_until_ready(folder, first, lambda: fill(folder, second, first))
    first = replace(first, is_in_step=True)
    write_node_file(folder, first)
    return first


def forget(folder: Path, second: NodeFile, lost: NodeFile) -> None:
    """Delete what the second node noted of the first, so that it is seen when it is there again."""
    try:
        with admin(folder, second) as opened:
            for table in ("peers", "peers_v2"):
                opened.execute(f"delete from system.{table} where peer = %s", (lost.address,))
    except (DriverException, NoHostAvailable) as failure:
        raise NotReady(str(failure)) from failure


def fill(folder: Path, second: NodeFile, first: NodeFile) -> None:
    """A read of all replicas is one only when the second node knows of the first."""
    try:
        with admin(folder, second) as opened:
            peers = opened.execute("select peer, tokens from system.peers_v2").all()
    except (DriverException, NoHostAvailable) as failure:
        raise NotReady(str(failure)) from failure
    if not any(peer.peer == first.address and peer.tokens for peer in peers):
        raise NotReady("the second data centre does not see it")
    join(folder, second, first)
