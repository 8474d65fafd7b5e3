"""Trino as a coordinator and a worker: what they are told, and what is said of them."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from ingestion.settings import Settings
from stack.process import ServerFailed
from stack.trino.files import (
    COORDINATOR,
    WORKERS,
    configuration,
    forget_worker,
    known_workers,
    prepare,
    prepare_worker,
)
from stack.trino.health import faults
from stack.trino.server import WORKER_MEMORY, check_memory

PAIR = (COORDINATOR, "worker-1")
SEEN = {"worker-1": "https://localhost:1"}


def told(settings: Settings, name: str) -> dict[str, str]:
    lines = configuration(settings, name).read_text().splitlines()
    lines += (configuration(settings, name).parent / "node.properties").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_a_worker_is_told_what_the_coordinator_is_but_for_what_is_its_own(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, trino_port=8444)
    prepare(settings)
    prepare_worker(settings, "worker-1")
    first, second = (told(settings, name) for name in PAIR)
    assert {name for name in first if first[name] != second.get(name)} == {
        "coordinator",
        "node-scheduler.include-coordinator",
        "http-server.https.port",
        "node.id",
        "node.data-dir",
    }
    assert second["coordinator"] == "false" and second.keys() < first.keys()
    assert second["discovery.uri"] == "https://localhost:8444"
    heaps = [
        (configuration(settings, name).parent / "jvm.config").read_text().splitlines()
        for name in PAIR
    ]
    assert set(heaps[0]) ^ set(heaps[1]) == {"-Xmx1G", "-Xmx768M"}


def test_a_worker_is_known_until_it_is_not_asked_for_any_more(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    prepare(settings)
    assert known_workers(settings) == []
    prepare_worker(settings, "worker-1")
    assert known_workers(settings) == ["worker-1"]
    forget_worker(settings, "worker-1")
    assert known_workers(settings) == []


@pytest.mark.parametrize(
    ("running", "seen", "said"),
    [
        (PAIR, SEEN, {}),
        (PAIR, {}, {"worker-1": "worker-1 is not at the coordinator"}),
        (PAIR, None, {"coordinator": "coordinator does not answer"}),
        # the coordinator has not missed it yet
        ([COORDINATOR], SEEN, {"worker-1": "worker-1 stopped"}),
        (["worker-1"], None, {"coordinator": "coordinator stopped"}),
        ([], None, {"coordinator": "coordinator stopped", "worker-1": "worker-1 stopped"}),
        (
            [COORDINATOR],
            None,
            {"worker-1": "worker-1 stopped", "coordinator": "coordinator does not answer"},
        ),
    ],
)
def test_what_is_missing_is_named(
    running: list[str], seen: dict[str, str] | None, said: dict[str, str]
) -> None:
    assert faults(PAIR, running, seen) == said


def test_too_little_memory_for_a_worker_is_named() -> None:
    said = r"needs 1\.2 GB of memory and 0\.3 GB are free: .*RATELAKE_TRINO_WORKERS to 0"
    with pytest.raises(ServerFailed, match=said):
        check_memory(int(WORKER_MEMORY / 4))
    check_memory(int(WORKER_MEMORY) + 1)


@pytest.mark.parametrize("count", [-1, len(WORKERS) + 1])
def test_more_workers_than_there_are_are_refused(tmp_path: Path, count: int) -> None:
    with pytest.raises(ValidationError, match="trino_workers"):
        Settings(home=tmp_path, trino_workers=count)
    assert Settings(home=tmp_path, trino_workers=len(WORKERS)).trino_workers
