"""A real OpenSSH server such as a mediation system has: the other side of a pull, for benches and
tests, which stop it. It lets in only who runs the process."""

import os
import pwd
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from stack.process import free_port, wait_until
from stack.sftp.files import program
from stack.sftp.server import START_SECONDS, banner

ADDRESS = "127.0.0.1"

CONFIGURATION = """
ListenAddress {address}:{port}
HostKey {folder}/host_key
PidFile none
AuthorizedKeysFile {folder}/client_key.pub
PubkeyAuthentication yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
MaxSessions 64
MaxStartups 64
Subsystem sftp internal-sftp
"""


@dataclass
class MediationServer:
    """A server that lets the user of this process in, by the key below its folder."""

    folder: Path
    port: int
    process: psutil.Popen | None = None

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def key_file(self) -> Path:
        return self.folder / "client_key"

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    def put(self, name: str, content: bytes, age_seconds: float = 60) -> Path:
        """Write a file below `files`, as of so long ago: what is new may still grow."""
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written_at = int(time.time() - age_seconds)
        os.utime(path, (written_at, written_at))
        return path

    def names(self, folder: str) -> list[str]:
        """The files in a folder below `files`."""
        return sorted(path.name for path in (self.files / folder).iterdir() if path.is_file())

    def start(self) -> None:
        """Start it and wait until it greets. Raises ServerFailed."""
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        configuration, log_file = self.folder / "sshd_config", self.folder / "log"
        configuration.write_text(
            CONFIGURATION.format(address=ADDRESS, port=self.port, folder=self.folder)
        )
        with open(log_file, "ab") as log:
            self.process = psutil.Popen(
                [program(), "-D", "-e", "-f", str(configuration)],
                stdin=subprocess.DEVNULL,
                stderr=log,
            )
        wait_until(
            lambda: banner(ADDRESS, self.port) is not None,
            self.process,
            "the SSH server",
            log_file,
            START_SECONDS,
        )

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None


def user() -> str:
    """Whom it lets in: who runs this process."""
    return pwd.getpwuid(os.geteuid()).pw_name


def new_key(path: Path) -> str:
    """Make a key pair without a passphrase; gives the public line."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ratelake", "-f", str(path)]
    subprocess.run(command, check=True)
    return path.with_suffix(".pub").read_text()


@contextmanager
def mediation_server(folder: Path) -> Iterator[MediationServer]:
    """A server in a new folder, with keys of its own. Raises ServerFailed."""
    folder.mkdir(parents=True)
    server = MediationServer(folder, free_port())
    server.files.mkdir()
    host_key = new_key(folder / "host_key")
    new_key(server.key_file)
    server.known_hosts.write_text(f"[{ADDRESS}]:{server.port} {host_key}")
    server.start()
    try:
        yield server
    finally:
        server.stop()
