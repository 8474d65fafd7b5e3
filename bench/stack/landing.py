"""The main job with its bundles on the disk, and with its bundles in the home's S3 server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.meter import Cost, Meter
from bench.stack.rates import rate
from bench.stack.runs import RunFailed, ratelake
from ingestion.settings import Settings
from stack import s3
from stack.process import free_port

DISK, BUCKET = "disk", "S3"
# each is first once: the second finds programs and files in memory that the first had to read
ORDER = (DISK, BUCKET, BUCKET, DISK)
BUCKET_URL = "s3://landing"


@dataclass(frozen=True)
class Landed:
    """The runs with their bundles in one place, of which the fastest counts: what else the machine
    did only makes a run slower. The cost is of the run: the S3 server's CPU time is its own."""

    place: str
    runs: tuple[Cost, ...]

    @property
    def best(self) -> Cost:
        return min(self.runs, key=lambda cost: cost.seconds)


@dataclass(frozen=True)
class Landings:
    disk: Landed
    bucket: Landed

    @property
    def ratio(self) -> float:
        """Seconds with the bucket over seconds with the disk."""
        return rate(self.bucket.best.seconds, self.disk.best.seconds)

    @property
    def cpu_ratio(self) -> float:
        """The same of the CPU-seconds, which neighbours on the machine disturb less."""
        return rate(self.bucket.best.cpu_seconds, self.disk.best.cpu_seconds)


def measure_landings(folder: Path, inbox: Path) -> tuple[Settings, Landings]:
    """Run four times on new homes that share an inbox; the last home, with its bundles on the disk,
    and what the runs cost. Raises RunFailed, ServerFailed."""
    costs: dict[str, list[Cost]] = {DISK: [], BUCKET: []}
    for number, place in enumerate(ORDER):
        settings = Settings(home=folder / f"home_{number}", inbox=inbox)
        settings.root.mkdir(parents=True)
        if place == DISK:
            costs[place].append(_run(settings))
        else:
            with _bucket(settings) as landing:
                costs[place].append(_run(landing))
    disk, bucket = (Landed(place, tuple(costs[place])) for place in (DISK, BUCKET))
    return settings, Landings(disk, bucket)


@contextmanager
def _bucket(settings: Settings) -> Iterator[Settings]:
    """The home with a server of its own, into which its bundles go."""
    landing = settings.model_copy(update={"s3_port": free_port(), "landing_url": BUCKET_URL})
    try:
        s3.start(landing)
        yield landing
    finally:
        s3.stop(landing)


def _run(settings: Settings) -> Cost:
    """What `ratelake run` takes in a process of its own, from the command to its end."""
    with Meter() as meter:
        ratelake(settings, "run", "--no-publish")
    found = any(settings.bundles.glob("*.parquet"))
    if found == bool(settings.landing_url):
        raise RunFailed(f"bundles {'stand' if found else 'do not stand'} in {settings.bundles}")
    return meter.total
