"""What stands in a node's folder besides its data: its ports and its configuration."""

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from string import Template

from stack.cassandra.driver import Trust
from stack.private_file import write_private
from stack.tls import authority_file, server_files

CONF = Path(__file__).resolve().parent / "conf"
LOOPBACK = "127.0.0.1"
DATACENTER = "dc1"
SECOND_LOOPBACK = "127.0.0.2"
SECOND_DATACENTER = "dc2"
PORT = 9042
STORAGE_PORT = 7000


@dataclass(frozen=True)
class NodeFile:
    """What a home remembers of a node (node.json in its folder).

    `pid`: the last process started, None after an end in order. `is_in_step`: the node holds what
    the other data centre holds, as far as it was ever told; a node that is alone always does.
    `authority`: the file of the one that its certificate is by; None for a node that an older
    Ratelake started, in plain text.
    """

    cluster_name: str
    port: int
    storage_port: int
    pid: int | None = None
    address: str = LOOPBACK
    datacenter: str = DATACENTER
    is_in_step: bool = True
    authority: str | None = None

    @property
    def trust(self) -> Trust | None:
        return Trust(Path(self.authority).read_text()) if self.authority else None

    @property
    def seed(self) -> str:
        return f"{self.address}:{self.storage_port}"


def read_node_file(folder: Path) -> NodeFile | None:
    path = folder / "node.json"
    return NodeFile(**json.loads(path.read_text())) if path.exists() else None


def write_node_file(folder: Path, node: NodeFile) -> None:
    """Replace node.json as a whole, so that a reader never sees half of it."""
    unfinished = folder / "node.json.tmp"
    unfinished.write_text(json.dumps(asdict(node), indent=2) + "\n")
    os.replace(unfinished, folder / "node.json")


def prepare(
    folder: Path, tls: Path, others: tuple[NodeFile, ...] = (), beside: tuple[str, ...] = ()
) -> NodeFile:
    """Make the folder and its configuration for a start, on ports that are free now.

    Ports once given are kept while they are free; the usual ones (9042, 7000) come first. `others`:
    the nodes that it looks for. `beside`: other addresses on which its port must be free too.
    `tls`: the folder of the home's certificates.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("conf", "log", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    before = read_node_file(folder) or NodeFile(
        f"ratelake-{secrets.token_hex(4)}", PORT, STORAGE_PORT
    )
    port = free_port(before.port, addresses=(before.address, *beside))
    storage_port = free_port(before.storage_port, port, (before.address,))
    certificate, key = server_files(tls, "cassandra", (LOOPBACK, SECOND_LOOPBACK), is_peer=True)
    authority = authority_file(tls)
    node = replace(before, port=port, storage_port=storage_port, pid=None, authority=str(authority))
    write_node_file(folder, node)
    # as Cassandra reads them; no password: who can read the file could read that too
    chain = (key, certificate, authority)
    write_private(folder / "conf" / "node.pem", "".join(path.read_text() for path in chain))
    (folder / "conf" / "cassandra.yaml").write_text(configuration(folder, node, others))
    where = f"dc={node.datacenter}\nrack=rack1\n"
    (folder / "conf" / "rackdc.properties").write_text(where)
    return node


def configuration(folder: Path, node: NodeFile, others: tuple[NodeFile, ...]) -> str:
    """The text of cassandra.yaml."""
    # a seed starts without the others; the second must not, nor a first one that lost its data:
    # it would be a cluster of its own
    is_seed = node.datacenter == DATACENTER and node.is_in_step
    seeds = (node, *others) if is_seed or not others else others
    paths = {
        name: json.dumps(str(folder / name))
        for name in ("data", "commitlog", "saved_caches", "hints")
    }
    return Template((CONF / "cassandra.yaml").read_text()).substitute(
        cluster_name=node.cluster_name,
        seeds=",".join(seed.seed for seed in seeds),
        address=node.address,
        port=node.port,
        storage_port=node.storage_port,
        keystore=json.dumps(str(folder / "conf" / "node.pem")),
        authority=json.dumps(node.authority),
        **paths,
    )


def free_port(
    wanted: int, taken: int | None = None, addresses: tuple[str, ...] = (LOOPBACK,)
) -> int:
    """`wanted` if nothing listens on it at any of the addresses, else one that the system gives."""
    for port in (wanted, 0):
        found = bound_port(addresses[0], port)
        if found is None or found == taken:
            continue
        if all(bound_port(address, found) for address in addresses[1:]):
            return found
    return free_port(0, taken, addresses)


def bound_port(address: str, port: int) -> int | None:
    """The port, or for 0 one that the system gives; None when it is taken."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
        except OSError:
            return None
        return int(listener.getsockname()[1])
