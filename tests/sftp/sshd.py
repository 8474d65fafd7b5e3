"""A real OpenSSH server such as a mediation system has: the other side of a pull."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONFIGURATION = """
ListenAddress 127.0.0.1:{port}
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
    process: subprocess.Popen[bytes] | None = None

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
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written_at = int(time.time() - age_seconds)
        os.utime(path, (written_at, written_at))
        return path

    def names(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.files / folder).iterdir() if path.is_file())

    def start(self) -> None:
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        (self.folder / "sshd_config").write_text(
            CONFIGURATION.format(port=self.port, folder=self.folder)
        )
        sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
        assert sshd, "the tests need sshd: apt-get install openssh-server"
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [sshd, "-D", "-e", "-f", str(self.folder / "sshd_config")],
                stdin=subprocess.DEVNULL,
                stderr=log,
            )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert self.process is not None
                assert self.process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.05)
        raise AssertionError("sshd does not answer")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None


def user() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def new_key(path: Path) -> str:
    """Make a key pair without a passphrase; gives the public line."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)]
    subprocess.run(command, check=True)
    return path.with_suffix(".pub").read_text()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def mediation_server(folder: Path) -> Iterator[MediationServer]:
    folder.mkdir(parents=True)
    server = MediationServer(folder, free_port())
    server.files.mkdir()
    host_key = new_key(folder / "host_key")
    new_key(server.key_file)
    server.known_hosts.write_text(f"[127.0.0.1]:{server.port} {host_key}")
    server.start()
    try:
        yield server
    finally:
        server.stop()
