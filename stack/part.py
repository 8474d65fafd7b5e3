"""What every server of the stack says of itself."""

from dataclasses import dataclass
from pathlib import Path


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

    @property
    def state(self) -> str:
        if self.is_answering:
            return "answers"
        return "does not answer" if self.is_running else "stopped"
