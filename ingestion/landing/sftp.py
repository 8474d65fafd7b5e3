"""One SFTP server: few connections, made when they are needed and made again when they are lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import asyncssh

from ingestion.landing.feeds_file import Remote

CONNECT_SECONDS = 20
# a server that is silent for four of these is gone
KEEPALIVE_SECONDS = 15
RETRY_SECONDS = (0.5, 2.0, 5.0)
LOST = (
    asyncssh.DisconnectError,
    asyncssh.ChannelOpenError,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
    OSError,
)
# what another attempt does not change
FINAL = (asyncssh.HostKeyNotVerifiable, asyncssh.PermissionDenied, asyncssh.KeyExchangeFailed)

Result = TypeVar("Result")


class Unreachable(Exception):
    """The server does not answer, is not the one that is known, or lets nobody in."""


@dataclass
class _Slot:
    """A connection that many share. Whoever finds it broken drops it, and the next makes it new."""

    users: int = 0
    connection: asyncssh.SSHClientConnection | None = None
    client: asyncssh.SFTPClient | None = None
    making: asyncio.Lock = field(default_factory=asyncio.Lock)

    def drop(self, client: asyncssh.SFTPClient | None) -> None:
        if client is self.client and self.connection is not None:
            self.connection.abort()
            self.connection = self.client = None


class Connections:
    """The connections to one server."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._slots = [_Slot() for _ in range(remote.connections)]

    async def use(self, action: Callable[[asyncssh.SFTPClient], Awaitable[Result]]) -> Result:
        """Do something on the least used connection, and again when it is lost; so the action must
        bear to be repeated. Raises Unreachable, and what the action raises of its own."""
        for seconds in (*RETRY_SECONDS, None):
            slot = min(self._slots, key=lambda slot: slot.users)
            slot.users += 1
            client = None
            try:
                client = await self._client(slot)
                return await action(client)
            except FINAL as failure:
                raise self._unreachable(failure) from None
            except LOST as failure:
                slot.drop(client)
                if seconds is None:
                    raise self._unreachable(failure) from None
                await asyncio.sleep(seconds)
            finally:
                slot.users -= 1
        raise AssertionError("the last attempt returns or raises")

    async def _client(self, slot: _Slot) -> asyncssh.SFTPClient:
        async with slot.making:
            if slot.client is None:
                slot.connection = await self._connect()
                slot.client = await slot.connection.start_sftp_client(
                    path_encoding="utf-8", path_errors="surrogateescape"
                )
            return slot.client

    async def _connect(self) -> asyncssh.SSHClientConnection:
        """Log in by the key of the feeds file alone: no agent, no settings of this user's."""
        remote = self._remote
        return await asyncssh.connect(
            remote.host,
            remote.port,
            username=remote.user,
            client_keys=[str(remote.key_file)],
            known_hosts=str(remote.known_hosts),
            config=None,
            agent_path=None,
            preferred_auth="publickey",
            connect_timeout=CONNECT_SECONDS,
            keepalive_interval=KEEPALIVE_SECONDS,
        )

    def _unreachable(self, failure: Exception) -> Unreachable:
        remote = self._remote
        said = str(failure) or type(failure).__name__
        if isinstance(failure, asyncssh.HostKeyNotVerifiable):
            said = f"its host key is not the one in {remote.known_hosts} ({said})"
        elif isinstance(failure, asyncssh.PermissionDenied):
            said = f"it does not accept {remote.user!r} with the key {remote.key_file} ({said})"
        return Unreachable(f"{remote.host}:{remote.port}: {said}")

    async def close(self) -> None:
        for slot in self._slots:
            if slot.connection is not None:
                slot.connection.close()
                await slot.connection.wait_closed()


@asynccontextmanager
async def connections(remote: Remote) -> AsyncIterator[Connections]:
    """The connections to a server, closed at the end; none is made before it is used."""
    made = Connections(remote)
    try:
        yield made
    finally:
        await made.close()
