from collections.abc import Iterator

import pytest

from tests.stack.stack_home import StackHome, stack_home


@pytest.fixture(scope="session")
def on_stack() -> Iterator[StackHome]:
    """The home on the whole stack; tests go on with it one after another."""
    with stack_home() as home:
        yield home
