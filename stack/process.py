"""Servers as processes of their own: found, awaited and ended."""

import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from ingestion.failures import Failure
from ingestion.settings import PROJECT


class ServerFailed(Failure):
    """A server cannot be started, or ended while starting; says which port, folder or program."""


def install(part: str, name: str) -> Path:
    """The folder of a part's program, which is installed when it is not there, once for all homes.
    Raises ServerFailed with what the installation said last."""
    return _made(PROJECT / ".tools" / part / ".installed", name)


def fetch_jars(part: str, name: str) -> Path:
    """The folder of the JARs that a part runs with; fetched and kept like a program."""
    return _made(PROJECT / ".jars" / part / ".copied", name)


def _made(mark: Path, name: str) -> Path:
    if not mark.exists():
        done = subprocess.run(
            ["make", "-s", str(mark.relative_to(PROJECT))],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise ServerFailed(f"{name} could not be installed:\n{done.stdout[-2000:]}")
    return mark.parent


def launch(
    command: Sequence[str], folder: Path, log: Path, environment: dict[str, str]
) -> psutil.Popen:
    """Start a server in a folder as a process of its own that outlives this one. It sees no other
    environment, and what it writes is its owner's alone."""
    with open(log, "ab") as output:
        return psutil.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            umask=0o077,
            env=environment,
        )


def find(word: str) -> psutil.Process | None:
    """The process that has a word in its command line, such as the folder that it serves."""
    for process in psutil.process_iter(["cmdline", "status"]):
        is_over = process.info["status"] == psutil.STATUS_ZOMBIE
        if word in (process.info["cmdline"] or ()) and not is_over:
            return process
    return None


def check_free(name: str, address: str, port: int, setting: str) -> None:
    """Raise ServerFailed when the port is taken."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
        except OSError as failure:
            raise ServerFailed(
                f"{name} cannot listen on {address}:{port} ({failure.strerror}); "
                f"set {setting} to a free port"
            ) from None


def free_port() -> int:
    """A port of 127.0.0.1 at which nothing listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until(
    answers: Callable[[], bool], process: psutil.Popen, name: str, log: Path, seconds: float
) -> None:
    """Wait for a server that was started; one that does not answer in time is ended. Raises
    ServerFailed with what it said last."""
    deadline = time.monotonic() + seconds
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            with suppress(psutil.NoSuchProcess):
                process.kill()
            lines = log.read_text(errors="replace").splitlines()[-200:]
            # a Java server says why in a line, and then where in hundreds
            telling = [line for line in lines if "Caused by:" in line or " Error:" in line] or lines
            said = "\n".join(telling[-5:]) or "nothing"
            raise ServerFailed(f"{name} ended while starting; it said last:\n{said}")
        time.sleep(0.05)


def end(running: Callable[[], psutil.Process | None], seconds: float) -> bool:
    """Ask a server to end and wait, kill it if it does not; False when none runs. A process that
    its parent has not buried yet counts as ended."""
    process = running()
    if process is None:
        return False
    process.terminate()
    deadline = time.monotonic() + seconds
    while running() is not None or not _is_over(process):
        if time.monotonic() > deadline:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        time.sleep(0.05)
    return True


def _is_over(process: psutil.Process) -> bool:
    """A big process has lost its command line, and holds its files and port yet, for a while: as
    long as one of its threads is there."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE) and process.num_threads() <= 1
    except psutil.NoSuchProcess:
        return True
