"""What is reported of one stage."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """What a stage did to `records` in `seconds`, with the CPU-seconds that it took."""

    name: str
    records: int
    seconds: float
    jvm_seconds: float
    python_seconds: float
    cassandra_seconds: float

    @property
    def per_second(self) -> float:
        return self.records / self.seconds if self.seconds else 0.0

    @property
    def per_cpu_second(self) -> float:
        cpu = self.jvm_seconds + self.python_seconds
        return self.records / cpu if cpu else 0.0

    def rates(self) -> dict[str, int]:
        return {"per_second": round(self.per_second), "per_cpu_second": round(self.per_cpu_second)}
