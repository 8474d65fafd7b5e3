"""A real Trino server of the home, with an account for each role."""

from stack.trino.accounts import OWNER, ROLES
from stack.trino.files import learn_groups
from stack.trino.health import answers
from stack.trino.server import follow, running, start, status, stop

__all__ = [
    "OWNER",
    "ROLES",
    "answers",
    "follow",
    "learn_groups",
    "running",
    "start",
    "status",
    "stop",
]
