"""What every server of the stack says of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil


@dataclass(frozen=True)
class PartStatus:
    """Whether a part runs and answers a request of its own protocol. `memory_bytes`: resident."""

    name: str
    is_running: bool
    is_answering: bool
    version: str
    address: str
    memory_bytes: int
    log: Path

    @classmethod
    def of(
        cls,
        name: str,
        process: psutil.Process | None,
        answers: Callable[[], bool],
        *,
        version: str,
        address: str,
        log: Path,
    ) -> Self:
        """Of a part that is one process; it is asked only while that runs."""
        return cls(
            name,
            is_running=process is not None,
            is_answering=process is not None and answers(),
            version=version,
            address=address,
            memory_bytes=process.memory_info().rss if process else 0,
            log=log,
        )

    @property
    def state(self) -> str:
        if self.is_answering:
            return "answers"
        return "does not answer" if self.is_running else "stopped"
