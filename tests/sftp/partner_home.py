"""A home to which partners bring files: its SFTP server runs, and they have keys."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack import sftp
from stack.process import free_port
from stack.sftp.mediation import new_key
from tests.unit.landing.landing_home import Landing


class PartnerHome(Landing):
    """Its settings are RATELAKE_ variables too, for commands."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "home")
        self.folder = folder
        self.environment = {
            "RATELAKE_HOME": str(self.settings.root),
            "RATELAKE_SFTP_PORT": str(free_port()),
            "RATELAKE_PARTNER_QUIET_SECONDS": "0",
        }
        self.set(sftp_port=self.environment["RATELAKE_SFTP_PORT"], partner_quiet_seconds=0)

    def admit(self, **feeds_by_name: list[str]) -> None:
        """Write the partners file, with a key for each."""
        lines = []
        for name, feeds in feeds_by_name.items():
            key = self.key(name)
            line = key.with_suffix(".pub").read_text() if key.exists() else new_key(key)
            lines += ["[[partner]]", f'name = "{name}"', f"keys = {json.dumps([line])}"]
            lines += [f"feeds = {json.dumps(feeds)}"]
        self.settings.partners_path.write_text("\n".join(lines))

    def key(self, name: str) -> Path:
        return self.folder / f"key-{name}"

    def sftp(self, name: str, *commands: str, key_of: str = "") -> subprocess.CompletedProcess[str]:
        """What OpenSSH's own client says to some commands; the first that fails ends it."""
        options = {
            "IdentityFile": self.key(key_of or name),
            "UserKnownHostsFile": self._known_hosts(),
            "StrictHostKeyChecking": "yes",
            "IdentitiesOnly": "yes",
            "Port": self.settings.sftp_port,
        }
        pairs = [word for pair in options.items() for word in ("-o", f"{pair[0]}={pair[1]}")]
        return subprocess.run(
            ["sftp", "-F", "none", *pairs, "-b", "-", f"{name}@127.0.0.1"],
            input="\n".join(commands),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def _known_hosts(self) -> Path:
        path = self.folder / "known_hosts"
        key = (self.settings.sftp_folder / "keys" / "host_ed25519.pub").read_text()
        path.write_text(f"[127.0.0.1]:{self.settings.sftp_port} {key}")
        return path

    def brought(self, partner: str, feed: str) -> list[str]:
        return sorted(os.listdir(self.settings.partner_inboxes / partner / feed))


@contextmanager
def partner_home() -> Iterator[PartnerHome]:
    """OpenSSH locks nobody in below a folder that all may write to, such as /tmp."""
    folder = Path(tempfile.mkdtemp(prefix="ratelake-test-", dir="/srv"))
    home = PartnerHome(folder)
    try:
        yield home
    finally:
        sftp.stop(home.settings)
        shutil.rmtree(folder)
