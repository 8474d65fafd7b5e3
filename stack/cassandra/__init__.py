"""Real Cassandra 5.0 under the home, a node or two, started and stopped by the command line."""

from stack.cassandra.node import Node, running_node, start, stop
from stack.cassandra.process import NodeFailed
from stack.cassandra.roles import ADMIN, READER, WRITER, password_of
from stack.cassandra.status import status

__all__ = [
    "ADMIN",
    "READER",
    "WRITER",
    "Node",
    "NodeFailed",
    "password_of",
    "running_node",
    "start",
    "status",
    "stop",
]
