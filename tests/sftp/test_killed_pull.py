"""A pull that is killed loses nothing and takes nothing twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ingestion.landing.remote_files import CHUNK
from ingestion.settings import PROJECT
from stack.sftp.mediation import MediationServer
from tests.sftp.pulled_home import PulledHome

FILES = 400


@pytest.mark.stack
def test_killed_at_many_moments_every_file_is_collected_once_and_acknowledged(
    server: MediationServer, home: PulledHome
) -> None:
    delivered = {f"usage/u{no:03}.csv": b"%03d" % no * 500 for no in range(FILES)}
    for name, content in delivered.items():
        server.put(name, content)
    large = os.urandom(8 * CHUNK)
    server.put("usage/z.csv", large)
    home.fetch("usage", "usage", after="move", move_to="done")
    # many bundles, so that a kill falls before, between and after them
    home.set(bundle_bytes=100_000)
    home.write_feeds_file()
    spool = home.settings.spool / "mediation"
    done = server.files / "done"
    moments: list[Callable[[], bool]] = [
        lambda: any(spool.glob("*.part")),
        lambda: home.settings.bundles.is_dir() and any(home.settings.bundles.iterdir()),
        *(partial(has_files, done, count) for count in (1, 100, 200, 300)),
    ]
    killed = [killed_at(home, moment) for moment in moments]
    assert killed.count(True) > 3
    last = home.collect()
    assert last.unreachable == last.skipped == []
    assert home.collected() == delivered | {"usage/z.csv": large}
    assert server.names("usage") == []
    assert len(server.names("done")) == FILES + 1
    assert home.collect().files == 0


def has_files(folder: Path, count: int) -> bool:
    return folder.is_dir() and sum(1 for _ in folder.iterdir()) >= count


def killed_at(home: PulledHome, moment: Callable[[], bool]) -> bool:
    """Kill `ratelake collect` at that moment; whether it was still at work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ratelake", "collect", "--home", str(home.settings.root)],
        cwd=PROJECT,
        env={**os.environ, "RATELAKE_BUNDLE_BYTES": "100000"},
        stdout=subprocess.DEVNULL,
    )
    while process.poll() is None and not moment():
        time.sleep(0.002)
    process.kill()
    return process.wait() == -signal.SIGKILL
