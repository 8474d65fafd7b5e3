"""A real Trino server of the home, with an account for each role."""

from stack.trino.accounts import OWNER, ROLES
from stack.trino.server import answers, running, start, status, stop

__all__ = ["OWNER", "ROLES", "answers", "running", "start", "status", "stop"]
