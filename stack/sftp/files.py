"""What stands in the SFTP server's folder: its key and configuration, accounts, partners' folders.

The accounts are the server's own: it reads them, by nss_wrapper, from files here, so that the
machine's users stay as they are.
"""

import json
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path
from string import Template

from stack.process import ServerFailed
from stack.sftp.partners import Partner

CONF = Path(__file__).resolve().parent / "conf"
GROUP, GROUP_ID = "ratelake-partners", 200_000
# OpenSSH's unprivileged half runs as this user
SEPARATED = "sshd"
NO_SHELL = "/usr/sbin/nologin"


def prepare(folder: Path, address: str, port: int) -> None:
    """Make the server's key, once, and its configuration. Raises ServerFailed."""
    for name in ("keys", "authorized", "partners", "log"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o755)
    _check_locked(folder / "partners")
    key = folder / "keys" / "host_ed25519"
    if not key.exists():
        (folder / "keys").chmod(0o700)
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ratelake", "-f", str(key)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    text = Template((CONF / "sshd_config").read_text())
    configured = text.substitute(folder=folder, address=address, port=port)
    (folder / "sshd_config").write_text(configured)


def _check_locked(folder: Path) -> None:
    """OpenSSH locks a partner in only where nobody else could change the folders above."""
    for place in (folder, *folder.parents):
        status = place.stat()
        if status.st_uid != 0 or status.st_mode & 0o022:
            raise ServerFailed(
                f"partners are locked into folders below {folder}, and for that OpenSSH wants "
                f"{place} to belong to root and be writable by nobody else; it belongs to user "
                f"{status.st_uid} with mode {stat.S_IMODE(status.st_mode):04o}: use another --home"
            )


def admit(folder: Path, partners: Iterable[Partner]) -> None:
    """Give each partner an account, his keys and his folders; those no longer named lose the first
    two and keep what they brought. A server that runs sees it at the next log-in."""
    admitted = list(partners)
    ids = _user_ids(folder, [partner.name for partner in admitted])
    for partner in admitted:
        home = folder / "partners" / partner.name
        home.mkdir(exist_ok=True, mode=0o755)
        for feed in partner.feeds:
            _give(home / feed, ids[partner.name])
        _replace(folder / "authorized" / partner.name, "".join(f"{key}\n" for key in partner.keys))
    _write_accounts(folder, {partner.name: ids[partner.name] for partner in admitted})
    for path in (folder / "authorized").iterdir():
        if path.name not in {partner.name for partner in admitted}:
            path.unlink()


def _give(path: Path, user_id: int) -> None:
    """A folder that the partner writes into and this process's group empties."""
    path.mkdir(exist_ok=True)
    os.chown(path, user_id, os.getegid())
    path.chmod(0o2770)


def _user_ids(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """The number of each partner ever admitted: it is never given to another."""
    path = folder / "user_ids.json"
    ids: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    for name in names:
        ids.setdefault(name, max(ids.values(), default=GROUP_ID) + 1)
    _replace(path, json.dumps(ids, indent=2) + "\n")
    return ids


def _write_accounts(folder: Path, ids: dict[str, int]) -> None:
    root, separated = pwd.getpwuid(0), pwd.getpwnam(SEPARATED)
    machine = [
        f"{one.pw_name}:x:{one.pw_uid}:{one.pw_gid}::{one.pw_dir}:{NO_SHELL}\n"
        for one in (root, separated)
    ]
    users = [f"{name}:x:{user_id}:{GROUP_ID}::/:{NO_SHELL}\n" for name, user_id in ids.items()]
    _replace(folder / "passwd", "".join(machine + users))
    groups = [f"root:x:0:\nnogroup:x:{separated.pw_gid}:\n{GROUP}:x:{GROUP_ID}:\n"]
    _replace(folder / "group", "".join(groups))


def _replace(path: Path, text: str) -> None:
    """Write a file as a whole, so that a log-in never sees half of it."""
    unfinished = path.with_name(f".{path.name}.tmp")
    unfinished.write_text(text)
    unfinished.replace(path)


def program() -> str:
    """The path of sshd. Raises ServerFailed: what to install."""
    found = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        raise ServerFailed("the SFTP server is OpenSSH's: apt-get install openssh-server")
    return found


def account_reader() -> str:
    """The path of nss_wrapper's library. Raises ServerFailed: what to install."""
    for folder in ("/usr/lib", "/usr/lib64"):
        for found in sorted(Path(folder).glob("**/libnss_wrapper.so")):
            return str(found)
    raise ServerFailed("the SFTP server keeps its own accounts: apt-get install libnss-wrapper")
