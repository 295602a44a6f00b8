"""The farm's HTTP server: asyncio in a thread, keep-alive, HEAD, conditional requests, faults."""

import asyncio
import gzip
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus

from tests.farm.answer import Answer
from tests.farm.farm import Farm
from tests.farm.pages import Pages


@dataclass(slots=True)
class Server:
    """A running farm: where it listens and what it was asked."""

    farm: Farm
    pages: Pages
    url: str
    second_url: str
    requests: int = 0
    hits: Counter[tuple[str, str, int]] = field(default_factory=Counter)  # (host, target, status) -> requests

    def count(self, status: int | None = None) -> int:
        """Requests so far, of one status or of all."""
        return sum(n for (_, _, s), n in self.hits.items() if status in (None, s))


@contextmanager
def serve(
    farm: Farm, host: str = "127.0.0.1", port: int = 0, second_host: str = "127.0.0.2", warm: bool = False
) -> Iterator[Server]:
    """Serves `farm` on both hosts at one port (0: any free one) for as long as the context lasts.

    `warm` renders all articles and listings first (a millisecond each), so that the first fetches are as fast as later ones.
    """
    sockets = _listen(host, second_host, port)
    port = sockets[0].getsockname()[1]
    server = Server(farm, Pages(farm), f"http://{host}:{port}", f"http://{second_host}:{port}")
    farm.bind(server.url, server.second_url)
    if warm:
        server.pages.warm()
    loop = asyncio.new_event_loop()
    connections: set[_Connection] = set()

    async def listen() -> list[asyncio.Server]:
        return [
            await loop.create_server(partial(_Connection, server, name, connections), sock=sock)
            for name, sock in zip(("main", "second"), sockets, strict=True)
        ]

    listeners = loop.run_until_complete(listen())
    thread = threading.Thread(target=loop.run_forever, name="farm", daemon=True)
    thread.start()
    try:
        yield server
    finally:

        async def close() -> None:
            for listener in listeners:
                listener.close()
            for connection in list(connections):
                if connection.transport:
                    connection.transport.abort()
            await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def _listen(host: str, second_host: str, port: int) -> list[socket.socket]:
    """Sockets on both hosts at the same port; a free one is tried a few times when `port` is 0."""
    for attempt in range(20):
        first = socket.create_server((host, port), backlog=1024)
        try:
            return [first, socket.create_server((second_host, first.getsockname()[1]), backlog=1024)]
        except OSError:
            first.close()
            if port or attempt == 19:
                raise
    raise AssertionError("unreachable")


class _Connection(asyncio.Protocol):
    """One client connection; requests are answered in order, bodies of requests are not supported."""

    def __init__(self, server: Server, name: str, connections: "set[_Connection]") -> None:
        self.server = server
        self.name = name
        self.connections = connections
        self.transport: asyncio.Transport | None = None
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head, self.buffer = self.buffer[:end], self.buffer[end + 4 :]
            if delay := self.server.farm.options.delay:
                asyncio.get_running_loop().call_later(delay, self._answer, head.decode("latin-1"))
            else:
                self._answer(head.decode("latin-1"))

    def _answer(self, head: str) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        request, _, rest = head.partition("\r\n")
        if request.count(" ") != 2:
            self.transport.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self.transport.close()
            return
        method, target, protocol = request.split(" ")
        headers = {}
        for line in rest.split("\r\n"):
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        server = self.server
        server.requests += 1
        every = server.farm.options.fail_every
        if every and server.requests % every == 0:
            answer = Answer(b"busy", status=503, headers={"Retry-After": "1"})
        else:
            answer = server.pages.answer(self.name, target)
        status = 304 if answer.etag and _is_fresh(answer, headers) else answer.status
        body = b"" if status == 304 else server.pages.body(self.name, target, answer)
        fields = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Server: farm"]
        fields += [f"{name}: {value}" for name, value in answer.headers.items()]
        if answer.etag:
            fields += [f"ETag: {answer.etag}", f"Last-Modified: {answer.last_modified}"]
        if status != 304:
            fields.append(f"Content-Type: {answer.content_type}")
            if server.farm.options.compress and "gzip" in headers.get("accept-encoding", ""):
                body = gzip.compress(body, 1)
                fields.append("Content-Encoding: gzip")
            fields.append(f"Content-Length: {len(body)}")
        keep = protocol == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
        fields.append(f"Connection: {'keep-alive' if keep else 'close'}")
        server.hits[self.name, target, status] += 1  # before the client can look
        self.transport.write("\r\n".join(fields).encode("latin-1") + b"\r\n\r\n" + (b"" if method == "HEAD" else body))
        if not keep:
            self.transport.close()


def _is_fresh(answer: Answer, headers: dict[str, str]) -> bool:
    """RFC 9110 13.2.2: If-None-Match decides when present, else If-Modified-Since."""
    if "if-none-match" in headers:
        return (
            answer.etag in [tag.strip() for tag in headers["if-none-match"].split(",")]
            or headers["if-none-match"] == "*"
        )
    if "if-modified-since" in headers:
        with suppress(ValueError):
            return parsedate_to_datetime(answer.last_modified) <= parsedate_to_datetime(headers["if-modified-since"])
    return False
