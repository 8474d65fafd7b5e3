"""A real Spark cluster of the home: a master, two workers, and a Connect server that uses them."""

from stack.spark.server import start, status, stop

__all__ = ["start", "status", "stop"]
