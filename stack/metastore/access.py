"""Where a metastore is, what its clients trust, and whether it answers."""

import socket
import ssl
import struct
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ingestion.settings import Settings
from stack.tls import authority_file

SECONDS = 10
# a call of Thrift's binary protocol, which a reply answers
CALL, REPLY = 0x80010001, 0x80010002
LIST_OF_STRINGS = struct.pack(">BhB", 15, 0, 11)
ASK = b"get_all_databases"


@dataclass(frozen=True)
class Access:
    """`authority`: of its certificate (PEM); None where it is asked in clear."""

    uri: str
    authority: Path | None


def access(settings: Settings) -> Access | None:
    """The metastore that the settings name, or that of the home; None where there is none."""
    if settings.metastore_uri:
        return Access(settings.metastore_uri, settings.metastore_ca_file)
    if not settings.metastore_folder.exists():
        return None
    uri = f"thrift://localhost:{settings.metastore_port}"
    return Access(uri, authority_file(settings.tls_folder))


def uri(settings: Settings) -> str | None:
    """Where the metastore answers, such as thrift://localhost:9083; None where none does."""
    found = access(settings)
    return found.uri if found and answers(found) else None


def answers(metastore: Access) -> bool:
    """Whether it says which schemas there are; it asks its database for them."""
    place = urlsplit(metastore.uri)
    address = place.hostname or "", place.port or 9083
    try:
        with socket.create_connection(address, SECONDS) as plain:
            if metastore.authority is None:
                return "default" in _databases(plain)
            trusted = ssl.create_default_context(cafile=str(metastore.authority))
            with trusted.wrap_socket(plain, server_hostname=place.hostname) as secure:
                return "default" in _databases(secure)
    except (OSError, EOFError):
        return False


def _databases(connection: socket.socket) -> list[str]:
    """One call without arguments, and its reply."""
    connection.sendall(struct.pack(">II", CALL, len(ASK)) + ASK + struct.pack(">IB", 1, 0))
    with connection.makefile("rb") as reply:

        def read(size: int) -> bytes:
            found = reply.read(size)
            if len(found) < size:
                raise EOFError
            return found

        def number() -> int:
            return int.from_bytes(read(4))

        kind, name = number(), read(number())
        number()
        if kind != REPLY or name != ASK or read(4) != LIST_OF_STRINGS:
            return []
        return [read(number()).decode() for _ in range(number())]
