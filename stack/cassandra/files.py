"""What stands in the node's folder besides its data: its ports and its configuration."""

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from string import Template

CONF = Path(__file__).resolve().parent / "conf"
LOOPBACK = "127.0.0.1"
DATACENTER = "dc1"
PORT = 9042
STORAGE_PORT = 7000


@dataclass(frozen=True)
class NodeFile:
    """What a home remembers of its node (cassandra/node.json). `pid`: the last process started."""

    cluster_name: str
    port: int
    storage_port: int
    pid: int | None = None


def read_node_file(folder: Path) -> NodeFile | None:
    path = folder / "node.json"
    return NodeFile(**json.loads(path.read_text())) if path.exists() else None


def write_node_file(folder: Path, node: NodeFile) -> None:
    """Replace node.json as a whole, so that a reader never sees half of it."""
    unfinished = folder / "node.json.tmp"
    unfinished.write_text(json.dumps(asdict(node), indent=2) + "\n")
    os.replace(unfinished, folder / "node.json")


def prepare(folder: Path) -> NodeFile:
    """Make the folder and its configuration for a start, on ports that are free now.

    Ports once given are kept while they are free; the usual ones (9042, 7000) come first.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("conf", "log", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    before = read_node_file(folder) or NodeFile(
        f"ratelake-{secrets.token_hex(4)}", PORT, STORAGE_PORT
    )
    port = free_port(before.port)
    node = replace(before, port=port, storage_port=free_port(before.storage_port, port), pid=None)
    write_node_file(folder, node)
    (folder / "conf" / "cassandra.yaml").write_text(configuration(folder, node))
    return node


def configuration(folder: Path, node: NodeFile) -> str:
    """The text of cassandra.yaml."""
    paths = {
        name: json.dumps(str(folder / name))
        for name in ("data", "commitlog", "saved_caches", "hints")
    }
    return Template((CONF / "cassandra.yaml").read_text()).substitute(
        cluster_name=node.cluster_name, port=node.port, storage_port=node.storage_port, **paths
    )


def free_port(wanted: int, taken: int | None = None) -> int:
    """`wanted` if nothing listens on it, else one that the system gives."""
    for port in (wanted, 0):
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((LOOPBACK, port))
            except OSError:
                continue
            found = int(listener.getsockname()[1])
            if found != taken:
                return found
    return free_port(0, taken)
