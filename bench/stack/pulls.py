"""Files into bundles: fetched from an SSH server, and the same files from the inbox."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

from bench.meter import Cost, Meter
from bench.stack.rates import MEGABYTE, rate
from ingestion.failures import Failure
from ingestion.keys import create_keyring, load_keyring
from ingestion.landing.collect import collect
from ingestion.landing.feeds_file import remotes
from ingestion.settings import Settings
from stack.sftp.mediation import ADDRESS, MediationServer, mediation_server, user

SMALL_BYTES = 4_096
LARGE_BYTES = 64 * 2**20
SFTP, INBOX = "SFTP", "inbox"
FEEDS = """
[[remote]]
name = "mediation"
host = "{host}"
port = {port}
user = {user}
key_file = {key_file}
known_hosts = {known_hosts}
[[remote.folder]]
feed = "usage"
path = {path}
after = "move"
move_to = {move_to}
"""
# text that compresses by half, as records do; longer than what a compressor looks back on
BLOCK_BYTES = 4 * 2**20
Put = Callable[[str, bytes], object]


class NotAllCollected(Failure):
    """What a bench collected is not what it had written, so that its time says nothing."""


@dataclass(frozen=True)
class Collected:
    """Files of one kind, from one place, into bundles on the disk. The cost is of this process:
    an SSH server's CPU time is its own."""

    kind: str
    origin: str
    files: int
    size_bytes: int
    cost: Cost

    @property
    def files_per_second(self) -> float:
        return rate(self.files, self.cost.seconds)

    @property
    def megabytes_per_second(self) -> float:
        return rate(self.size_bytes / MEGABYTE, self.cost.seconds)


def measure_pulls(folder: Path, *, small: int, large: int) -> Iterator[Collected]:
    """Collect so many small and large files by SFTP, each moved there when it is in a bundle, and
    the same from an inbox, each removed there. Raises NotAllCollected, ServerFailed."""
    for kind, count, size in (
        ("4 kB", small, SMALL_BYTES),
        ("64 MB", large, LARGE_BYTES),
    ):
        place = folder / kind.replace(" ", "_")
        yield _from_server(place, kind, count, size)
        yield _from_inbox(place, kind, count, size)
        rmtree(place)


def _from_server(folder: Path, kind: str, count: int, size: int) -> Collected:
    settings = Settings(home=folder / "home")
    settings.root.mkdir(parents=True)
    with mediation_server(folder / "server") as server:
        _write_files(lambda name, content: server.put(f"out/{name}", content), count, size)
        settings.feeds_path.write_text(_feeds(server))
        collected = _collect(settings, kind, SFTP, count, size)
        left, moved = len(server.names("out")), len(server.names("done"))
    if (left, moved) != (0, count):
        raise NotAllCollected(f"{left:,} files stand where they were, {moved:,} were moved")
    return collected


def _from_inbox(folder: Path, kind: str, count: int, size: int) -> Collected:
    settings = Settings(home=folder / "beside", after_collect="delete")
    inbox = settings.inbox_folder / "usage"
    inbox.mkdir(parents=True)
    _write_files(lambda name, content: (inbox / name).write_bytes(content), count, size)
    return _collect(settings, kind, INBOX, count, size)


def _collect(settings: Settings, kind: str, origin: str, count: int, size: int) -> Collected:
    create_keyring(settings.keyring_file)
    keyring, servers = load_keyring(settings.keyring_file), remotes(settings)
    with Meter() as meter:
        report = collect(settings, keyring, known_at=datetime.now(UTC), servers=servers)
    if report.files != count:
        raise NotAllCollected("; ".join([f"{report.files:,} of {count:,}", *report.left()][:3]))
    return Collected(kind, origin, count, count * size, meter.total)


def _write_files(put: Put, count: int, size: int) -> None:
    """Text files of exactly this size; no two begin alike."""
    block = random.Random(1).randbytes(BLOCK_BYTES // 2).hex().encode()
    text = block * (size // len(block) + 1)
    for index in range(count):
        put(f"usage_{index:06}.csv", f"{index:016x}".encode() + text[16:size])


def _feeds(server: MediationServer) -> str:
    paths = {
        "user": user(),
        "key_file": str(server.key_file),
        "known_hosts": str(server.known_hosts),
        "path": str(server.files / "out"),
        "move_to": str(server.files / "done"),
    }
    # a JSON string is one of TOML too
    quoted = {name: json.dumps(value) for name, value in paths.items()}
    return FEEDS.format(host=ADDRESS, port=server.port, **quoted)
