"""A real S3 server of the home (Versity S3 Gateway), with an account for each component."""

from stack.process import ServerFailed
from stack.s3.server import start, status, stop

__all__ = ["ServerFailed", "start", "status", "stop"]
