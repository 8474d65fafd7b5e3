"""A line to the S3 server that answers 503, or loses an answer, when it is told to."""

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Fault = Callable[[str, str], str]


@contextmanager
def lossy_line(port: int, ca_file: str, fault: Fault) -> Iterator[str]:
    """Give the address of a proxy. `fault` says of each request (method, path): `pass`, `busy` (it
    is answered 503 and not passed on), or `lost` (it is passed on, and its answer is not)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            what = fault(self.command, self.path)
            if what == "busy":
                self.answer(503, {"Content-Type": "application/xml"}, BUSY)
                return
            context = ssl.create_default_context(cafile=ca_file)
            server = http.client.HTTPSConnection("localhost", port, context=context)
            server.request(self.command, self.path, body, dict(self.headers))
            answer = server.getresponse()
            content = answer.read()
            if what == "lost":
                self.close_connection = True
                return
            headers = {k: v for k, v in answer.getheaders() if k.lower() not in HOP}
            self.answer(answer.status, headers, content)

        def answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = pass_on

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()


HOP = ("content-length", "connection", "transfer-encoding")
BUSY = b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
