"""The home's Cassandra node during a run: started beside its work, written to, read back."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from ingestion.settings import Settings
from serving.cassandra.publish import publish
from serving.cassandra.read import Reader
from stack import cassandra


@contextmanager
def serving_node(settings: Settings, *, wanted: bool) -> Iterator[Callable[..., Any] | None]:
    """Start the home's Cassandra node while the run works, and give what publishes to it.

    At once: a start takes 4 to 5 CPU-seconds on one core, and no run keeps two busy all the time.
    """
    if not wanted:
        yield None
        return
    with ThreadPoolExecutor(max_workers=1) as background:
        node = background.submit(cassandra.start, settings)

        def publisher(spark: Any, on_progress: Callable[[int, int], None]) -> Any:
            node.result()
            return publish(spark, settings, on_progress=on_progress)

        yield publisher


def served_balances(settings: Settings) -> list[Any]:
    """A few balances as the dashboards see them: read back from Cassandra."""
    with Reader(settings) as reader:
        return reader.balances(limit=5)
