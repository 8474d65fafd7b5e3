"""Start, stop and look at the SFTP server of a home."""

import os
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
from filelock import FileLock

from ingestion.settings import Settings
from stack.part import PartStatus
from stack.process import ServerFailed, check_free, end, wait_until
from stack.sftp.files import account_reader, admit, prepare, program
from stack.sftp.partners import read_partners

START_SECONDS = 20
STOP_SECONDS = 20
Progress = Callable[[int, int], None]


def start(settings: Settings, *, on_progress: Progress = lambda done, total: None) -> None:
    """Start the home's SFTP server for the partners in HOME/partners.toml; 2 steps of progress.

    Idempotent: one that runs only learns of partners that came or went. It is a process of its own
    that outlives this one until `stop`. Raises ServerFailed, PartnersFileWrong.
    """
    if os.geteuid() != 0:
        raise ServerFailed(
            "the SFTP server locks each partner into a folder of his own, which takes root: "
            "run `ratelake up sftp` as root"
        )
    partners = read_partners(settings.partners_path)
    # with OpenSSH comes the account that its unprivileged half has
    program()
    folder = settings.sftp_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / "server.lock"):
        on_progress(0, 2)
        if server_process(folder) is None:
            prepare(folder, settings.sftp_address, settings.sftp_port)
            admit(folder, partners)
            _launch(settings)
        else:
            admit(folder, partners)
        on_progress(2, 2)


def _launch(settings: Settings) -> None:
    folder = settings.sftp_folder
    address, port = settings.sftp_address, settings.sftp_port
    check_free("the SFTP server", address, port, "RATELAKE_SFTP_PORT")
    # OpenSSH's unprivileged half is locked in there; Debian makes it when its own server starts
    Path("/run/sshd").mkdir(exist_ok=True)
    with open(folder / "log" / "sshd.log", "ab") as log:
        process = psutil.Popen(
            [program(), "-D", "-e", "-f", str(folder / "sshd_config")],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                "LD_PRELOAD": account_reader(),
                "NSS_WRAPPER_PASSWD": str(folder / "passwd"),
                "NSS_WRAPPER_GROUP": str(folder / "group"),
            },
        )
    name, log_file = "the SFTP server", folder / "log" / "sshd.log"
    wait_until(lambda: banner(address, port) is not None, process, name, log_file, START_SECONDS)


def stop(settings: Settings) -> bool:
    """Stop the server, its sessions with it; False when none ran. What was brought stays."""
    process = server_process(settings.sftp_folder)
    sessions = process.children(recursive=True) if process else []
    stopped = end(lambda: server_process(settings.sftp_folder), STOP_SECONDS)
    for session in sessions:
        with suppress(psutil.NoSuchProcess):
            session.terminate()
    return stopped


def server_process(folder: Path) -> psutil.Process | None:
    """The server that runs on the folder: it notes its own number, and removes it at its end."""
    try:
        process = psutil.Process(int((folder / "sshd.pid").read_text()))
        is_ours = str(folder / "sshd_config") in " ".join(process.cmdline())
    except (OSError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return process if is_ours and process.status() != psutil.STATUS_ZOMBIE else None


def banner(address: str, port: int) -> str | None:
    """What an SSH server says of itself, such as SSH-2.0-OpenSSH_9.2p1; None without an answer."""
    try:
        with socket.create_connection((address, port), timeout=2) as connection:
            said = connection.recv(255).decode(errors="replace").strip()
    except OSError:
        return None
    return said if said.startswith("SSH-") else None


def status(settings: Settings) -> PartStatus:
    """What runs now, and whether it greets."""
    process = server_process(settings.sftp_folder)
    said = banner(settings.sftp_address, settings.sftp_port) if process else None
    return PartStatus(
        "sftp",
        is_running=process is not None,
        is_answering=said is not None,
        version=(said or "").removeprefix("SSH-2.0-"),
        address=f"{settings.sftp_address}:{settings.sftp_port}",
        memory_bytes=process.memory_info().rss if process else 0,
        log=settings.sftp_folder / "log" / "sshd.log",
    )
