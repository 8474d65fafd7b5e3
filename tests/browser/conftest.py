"""The dashboards as a process of their own, and Chromium, as whoever looks at them has both."""

import os
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from subprocess import PIPE, STDOUT, Popen

import pytest
from playwright.sync_api import Browser, Page

from ingestion.settings import PROJECT, Settings

START_SECONDS = 90


@dataclass(frozen=True)
class Server:
    """`ratelake dashboards` at work."""

    url: str
    process: Popen[str]

    def interrupt(self) -> tuple[int, str]:
        """What Ctrl-C does on a terminal; gives the exit code and all that was printed."""
        os.killpg(self.process.pid, signal.SIGINT)
        printed, _ = self.process.communicate(timeout=30)
        return self.process.returncode, printed


@contextmanager
def serving(settings: Settings) -> Iterator[Server]:
    port = free_port()
    process = Popen(
        [sys.executable, "-m", "ratelake", "dashboards", "--port", str(port)],
        cwd=PROJECT,
        env={**os.environ, "RATELAKE_HOME": str(settings.root)},
        stdout=PIPE,
        stderr=STDOUT,
        text=True,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(url, process)
        yield Server(url, process)
    finally:
        if process.poll() is None:
            kill_group(process)


def kill_group(process: Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_healthy(url: str, process: Popen[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).status == 200:
                return
        except OSError:
            time.sleep(0.2)
    kill_group(process) if process.poll() is None else None
    raise AssertionError(f"no dashboards within {START_SECONDS} s: {process.communicate()[0]}")


@pytest.fixture(scope="session")
def server(published_home: Settings) -> Iterator[Server]:
    """The dashboards of the sample operator."""
    with serving(published_home) as started:
        yield started


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A laptop's window, in light and in dark; scripts of the page may not fail."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme=request.param
    )
    context.set_default_timeout(20_000)
    failures: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: failures.append(str(error)))
    yield opened
    context.close()
    assert failures == []
