"""A real S3 server of the home (Versity S3 Gateway), with an account for each component."""

from stack.s3.server import start, status, stop

__all__ = ["start", "status", "stop"]
