"""A line that is cut after so many bytes from the server, as often as asked; then it holds."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class CutLine:
    """A proxy on a port of its own. `after` are the bytes after which each connection is cut, in
    their order; `carried` are those that each has carried from the server."""

    port: int
    target_port: int
    after: list[int]
    carried: list[int] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target_port))
            number = len(self.carried)
            self.carried.append(0)
            threading.Thread(target=self._up, args=(client, server), daemon=True).start()
            threading.Thread(target=self._down, args=(client, server, number), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        _copy_until_closed(client, server)

    def _down(self, client: socket.socket, server: socket.socket, number: int) -> None:
        limit = self.after[number] if number < len(self.after) else None
        while True:
            try:
                data = server.recv(65536)
                if not data:
                    break
                client.sendall(data)
            except OSError:
                break
            self.carried[number] += len(data)
            if limit is not None and self.carried[number] >= limit:
                break
        for end in (client, server):
            _close(end)


def _copy_until_closed(source: socket.socket, to: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            to.sendall(data)
    for end in (source, to):
        _close(end)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def cut_line(target_port: int, after: list[int]) -> Iterator[CutLine]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = CutLine(listener.getsockname()[1], target_port, after)
        threading.Thread(target=line.serve, args=(listener,), daemon=True).start()
        yield line
