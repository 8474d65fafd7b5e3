"""A real Cassandra 5.0 node under the home, started and stopped by the command line."""

from stack.cassandra.node import Node, running_node, start, status, stop
from stack.cassandra.process import NodeFailed
from stack.cassandra.roles import ADMIN, READER, WRITER, password_of

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
