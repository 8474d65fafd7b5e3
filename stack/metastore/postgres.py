"""The PostgreSQL server below the metastore: its folder, its process, and whether it answers."""

import os
import shutil
import socket
import ssl
import struct
import subprocess
from pathlib import Path

import psutil

from ingestion.settings import PROJECT, Settings
from stack.metastore.files import DATABASE, password
from stack.process import ServerFailed, check_free, end, find, launch, wait_until
from stack.tls import authority_file

VERSION = "17.10"
PROGRAMS = PROJECT / ".tools" / "metastore" / "bin"
START_SECONDS = 60
STOP_SECONDS = 60
# PostgreSQL refuses to run as root. As nobody, with no right of root's but to read and write files,
# it works also in a home that only root may enter
NOBODY = 65534
AS_NOBODY = (
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *("--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"),
    *("--bounding-set=-all,+dac_override",),
)
ASK_FOR_TLS = struct.pack(">II", 8, 80877103)
VERSION_3 = 196608


def start_database(settings: Settings) -> None:
    """Start it and wait until it asks for a password; one that runs stays. Raises ServerFailed."""
    if running_database(settings) is not None:
        return
    port = settings.metastore_database_port
    check_free("the metastore's PostgreSQL", "127.0.0.1", port, "RATELAKE_METASTORE_DATABASE_PORT")
    folder = settings.metastore_folder
    if not _data(settings).exists():
        _make(settings)
    command = [*_prefix(), str(PROGRAMS / "postgres"), "-D", str(_data(settings)), _mark(settings)]
    log = folder / "server.log"
    process = launch(command, folder, log, _environment())
    wait_until(lambda: asks_for_password(settings), process, "PostgreSQL", log, START_SECONDS)


def _make(settings: Settings) -> None:
    """A new server with one database and one user, who owns only that. Who owns the server has no
    password and is let in by nothing but this."""
    data, unfinished = _data(settings), settings.metastore_folder / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(unfinished, NOBODY, NOBODY)
    as_text = ["--locale=C", "--encoding=UTF8", "--auth=reject", "--username=owner"]
    _run([str(PROGRAMS / "initdb"), "-D", str(unfinished), *as_text], "")
    said = (
        f"create role {DATABASE} login password '{password(settings)}'\n"
        f"create database {DATABASE} owner {DATABASE}\n"
    )
    alone = ["--single", "-j", "-D", str(unfinished), "-c", "password_encryption=scram-sha-256"]
    for statement in said.splitlines():
        _run([str(PROGRAMS / "postgres"), *alone, "postgres"], f"{statement};\n\n")
    unfinished.rename(data)


def _run(command: list[str], given: str) -> None:
    done = subprocess.run(
        [*_prefix(), *command], input=given, capture_output=True, text=True, env=_environment()
    )
    if done.returncode or "ERROR:" in done.stderr:
        said = (done.stderr or done.stdout).strip().splitlines()[-5:]
        raise ServerFailed("PostgreSQL could not make its database:\n" + "\n".join(said))


def _prefix() -> tuple[str, ...]:
    """Raises ServerFailed where root cannot become somebody else."""
    if os.geteuid() != 0:
        return ()
    try:
        subprocess.run([*AS_NOBODY, "true"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise ServerFailed(
            "PostgreSQL does not run as root, and `setpriv` (of util-linux) cannot make it run as "
            "nobody here: start the metastore as another user"
        ) from None
    return AS_NOBODY


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LANG": "C", "TZ": "UTC"}


def _data(settings: Settings) -> Path:
    return settings.metastore_folder / "data"


def _mark(settings: Settings) -> str:
    return f"--config_file={settings.metastore_folder / 'conf' / 'postgresql.conf'}"


def running_database(settings: Settings) -> psutil.Process | None:
    return find(_mark(settings))


def stop_database(settings: Settings) -> bool:
    return end(lambda: running_database(settings), STOP_SECONDS)


def asks_for_password(settings: Settings) -> bool:
    """Whether it lets the metastore's user begin to sign in, over TLS: one that only starts up, or
    ends, refuses."""
    authority = authority_file(settings.tls_folder)
    said = f"user\0{DATABASE}\0database\0{DATABASE}\0\0".encode()
    try:
        with socket.create_connection(("127.0.0.1", settings.metastore_database_port), 5) as plain:
            plain.sendall(ASK_FOR_TLS)
            if plain.recv(1) != b"S":
                return False
            trusted = ssl.create_default_context(cafile=str(authority))
            with trusted.wrap_socket(plain, server_hostname="localhost") as secure:
                secure.sendall(struct.pack(">II", len(said) + 8, VERSION_3) + said)
                return secure.recv(1) == b"R"
    except OSError:
        return False
