"""A real Trino server of the home, with an account for each role."""

from stack.trino.accounts import OWNER, ROLES
from stack.trino.files import learn_groups
from stack.trino.server import answers, running, start, status, stop

__all__ = ["OWNER", "ROLES", "answers", "learn_groups", "running", "start", "status", "stop"]
