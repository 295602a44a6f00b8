"""A loopback web server made to do harm: it writes raw bytes, so it can break every rule of HTTP.

Each behaviour is a coroutine over the open connection. A `Hostile` keeps the log of what was asked, in order.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import Self

Behaviour = Callable[["Asked"], Awaitable[None]]


@dataclass(slots=True)
class Asked:
    """One request, and the way to answer it."""

    method: str
    target: str
    headers: dict[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    at: float = field(default_factory=monotonic)

    async def send(self, data: bytes) -> None:
        """Write raw bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def reply(
        self, body: bytes = b"", status: str = "200 OK", kind: str = "text/html; charset=utf-8", **headers: str
    ) -> None:
        """A correct answer; underscores in header names stand for hyphens."""
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def reset(self) -> None:
        """Drop the connection with a TCP reset."""
        self.writer.transport.abort()


@dataclass(slots=True)
class Visit:
    """One line of the log."""

    at: float
    method: str
    target: str
    host: str
    headers: dict[str, str]


class Hostile:
    """The server, in a thread of its own. `with Hostile(answer) as server: server.url("/x")`."""

    def __init__(self, answer: Behaviour, *, address: str = "127.0.0.1") -> None:
        self._answer = answer
        self._address = address
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.visits: list[Visit] = []
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def url(self, path: str = "/", host: str | None = None) -> str:
        """The absolute URL of a path here."""
        return f"http://{host or self._address}:{self.port}{path}"

    def asked(self, prefix: str) -> list[Visit]:
        """The visits whose target starts with `prefix`."""
        return [visit for visit in list(self.visits) if visit.target.startswith(prefix)]

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._main())
        self._loop.close()

    async def _main(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connection, self._address, 0, backlog=256)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, TimeoutError):
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *rest = head.strip().split("\r\n")
                method, target, _ = first.split(" ", 2)
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
                self.visits.append(Visit(monotonic(), method, target, headers.get("host", ""), headers))
                await self._answer(Asked(method, target, headers, reader, writer))
        writer.close()
