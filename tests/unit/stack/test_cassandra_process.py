"""Whether a home's node runs, told from the outside: by a process that stands in for the server."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.cassandra.files import NodeFile
from stack.cassandra.process import running_process, storage_flag


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[NodeFile]:
    """A process that becomes another program all the time, as setpriv becomes java once."""
    script = tmp_path / "changing.sh"
    script.write_text('exec sh "$0" "$@"\n')
    process = subprocess.Popen(["sh", str(script), storage_flag(tmp_path)])
    yield NodeFile("a cluster", 9042, 7000, process.pid)
    process.kill()
    process.wait()


def test_a_node_that_becomes_another_program_is_never_taken_for_gone(
    changing: NodeFile, tmp_path: Path
) -> None:
    deadline = time.monotonic() + 1
    found = []
    while time.monotonic() < deadline:
        found.append(running_process(tmp_path, changing))
    assert found and None not in found


def test_a_process_that_merely_got_the_nodes_id_is_not_the_node(
    changing: NodeFile, tmp_path: Path
) -> None:
    assert running_process(tmp_path / "another home", changing) is None


def test_a_node_that_has_ended_does_not_run(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", "", storage_flag(tmp_path)])
    ended.wait()
    assert running_process(tmp_path, NodeFile("a cluster", 9042, 7000, ended.pid)) is None
