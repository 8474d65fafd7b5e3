"""What the benches have in common as commands: how they speak, and how they end."""

import sys
from collections.abc import Callable
from typing import TypeVar

from ingestion.failures import Failure

R = TypeVar("R")


def say(text: str) -> None:
    """What a bench does now; what it found is the only thing on stdout."""
    print(text, file=sys.stderr, flush=True)


def measured(
    measure: Callable[[], R],
    *,
    json: bool,
    as_json: Callable[[R], str],
    print_tables: Callable[[R], None],
) -> R:
    """What was measured, printed as tables or as JSON; a failure ends the command with its text."""
    try:
        result = measure()
    except Failure as failure:
        sys.exit(f"bench: {failure}")
    if json:
        print(as_json(result))
    else:
        print_tables(result)
    return result
