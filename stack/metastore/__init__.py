"""A real Hive metastore of the home on a real PostgreSQL: which tables there are, and where."""

from stack.metastore.access import Access, access, uri
from stack.metastore.server import start, status, stop

__all__ = ["Access", "access", "start", "status", "stop", "uri"]
