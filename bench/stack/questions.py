"""Trino: the analysts' questions, each by the role that it names."""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.stack.rates import MEGABYTE
from ingestion.failures import Failure
from ingestion.settings import PROJECT, Settings
from serving import trino
from stack.process import free_port
from stack.trino.client import execute, home_server

FOLDER = PROJECT / "analyses"
ROLE = re.compile(r"^-- role: (\w+)$", re.M)
SUPPORT_USER = "support"
SUPPORTED = 20


class NoRoleNamed(Failure):
    """A question does not say by which role it is asked."""


@dataclass(frozen=True)
class Asked:
    """One question, asked a second time. Rows and bytes as Trino counts what it processed; bytes
    from files are fewer where it answers from statistics or what it kept."""

    question: str
    role: str
    seconds: float
    cpu_seconds: float
    rows_returned: int
    rows_read: int
    bytes_read: int
    file_bytes: int

    @property
    def megabytes_read(self) -> float:
        return self.bytes_read / MEGABYTE

    @property
    def file_megabytes(self) -> float:
        return self.file_bytes / MEGABYTE


@contextmanager
def trino_server(settings: Settings, accounts: Iterable[str]) -> Iterator[Settings]:
    """The home with a server that shows its tables; the support role has these accounts. Raises
    ServerFailed, TrinoUnavailable."""
    lines = (f"{SUPPORT_USER},{account_id}\n" for account_id in accounts)
    (settings.root / "support_accounts.csv").write_text("user_name,account_id\n" + "".join(lines))
    shown = settings.model_copy(update={"trino_port": free_port()})
    try:
        trino.start(shown)
        yield shown
    finally:
        trino.stop(shown)


def measure_questions(settings: Settings) -> list[Asked]:
    """Ask each question of `analyses/` twice; the second time counts."""
    return [_ask(settings, path) for path in sorted(FOLDER.glob("*.sql"))]


def _ask(settings: Settings, path: Path) -> Asked:
    text = path.read_text("utf-8")
    named = ROLE.search(text)
    if named is None:
        raise NoRoleNamed(f"{path.name} has no line `-- role: …`")
    with home_server(settings, named[1]) as connection:
        _answer(connection, text)
        began = time.perf_counter()
        returned, stats = _answer(connection, text)
        seconds = time.perf_counter() - began
    return Asked(
        path.stem,
        named[1],
        seconds,
        cpu_seconds=stats["cpuTimeMillis"] / 1000,
        rows_returned=returned,
        rows_read=stats["processedRows"],
        bytes_read=stats["processedBytes"],
        file_bytes=stats["physicalInputBytes"],
    )


def _answer(connection: Any, text: str) -> tuple[int, dict[str, Any]]:
    cursor = execute(connection, text)
    returned = len(cursor.fetchall())
    return returned, cursor.stats
