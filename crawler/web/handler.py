"""Download handler over aiohttp that trusts nothing it is told.

Against Scrapy's own handler for aiohttp it adds: the address of every connection is judged at the socket, so no spelling,
no DNS answer and no change of it slips by; headers are bounded; bodies are decoded while they arrive, bounded, and
their end is proven; errors carry a reason.
"""

import asyncio
import errno
import functools
import re
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self
from weakref import WeakValueDictionary

import aiohttp
import yarl
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.outcomes import Reason
from crawler.web.addresses import GuardPolicy, check_address
from crawler.web.codings import ACCEPTED, BodyReader, parse_codings
from crawler.web.completeness import looks_cut
from crawler.web.errors import FetchError, LimitError, RefusedError, WebError

MAX_HEADERS = 128
MAX_HEADER_BYTES = 16 * 1024  # of one line; content security policies of real sites reach 10 KiB
MAX_HEAD_BYTES = 256 * 1024  # of all that comes before a body, interim answers (1xx) included
_HEAD_STEP = 16 * 1024
_LARGE = 1024 * 1024  # bytes from which a body waits until few other large ones are on their way
_LARGE_AT_ONCE = 2
_LARGE_SECONDS = 10  # that one may take when others wait: 8 MiB at 6.7 Mbit/s
_TLS_OBJECT = re.compile(r" ssl:(?:<[^>]*>|\w+)")  # what aiohttp prints of its settings tells nobody anything
_REFUSED = "address refused by the guard"
_HEADER_FAULTS = ("Got more than", "Too many headers", "Too many")


class BoundedProtocol(ResponseHandler):
    """Stops a head that does not end. aiohttp bounds one header and their number, but not how many interim answers come
    before the real one: 200 MB of "100 Continue" cost 700 MB.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self._head_left: int | None = MAX_HEAD_BYTES  # None: the head is over

    def set_response_params(self, **params: Any) -> None:
        """aiohttp calls this once a request."""
        self._head_left = MAX_HEAD_BYTES
        super().set_response_params(**params)

    def feed_data(self, data: Any, size: int = 0) -> None:
        """aiohttp calls this with each (message, payload)."""
        if data[0].code >= 200:
            self._head_left = None
        super().feed_data(data, size)

    def data_received(self, data: bytes) -> None:
        """Hand a head to the parser in small pieces, and no more than MAX_HEAD_BYTES of it."""
        if not data:  # aiohttp itself, when a body that was full is read on: the parser goes on with what it has
            super().data_received(data)
        while self._head_left is not None and data:
            piece, data = data[:_HEAD_STEP], data[_HEAD_STEP:]
            self._head_left -= len(piece)
            super().data_received(piece)
            if self._head_left is not None and self._head_left < 0:
                if self.transport is not None:
                    self.transport.close()
                self.set_exception(
                    HttpProcessingError(code=400, message=f"Got more than {MAX_HEAD_BYTES} bytes before a body")
                )
                return
        if data:
            super().data_received(data)


class LargeBodies:
    """Places for bodies of more than _LARGE bytes. Who is slow gives its place up when another waits for one."""

    def __init__(self, places: int) -> None:
        self._free = asyncio.Semaphore(places)
        self._waiting = 0
        self._held: dict[asyncio.Timeout, float] = {}  # the limit of who has a place -> since when, on the loop's clock

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place, as long as the context lasts; raises TimeoutError in one that is held too long."""
        self._waiting += 1
        try:
            if self._free.locked():
                for limit, since in self._held.items():
                    _end(limit, since + _LARGE_SECONDS)
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            now = asyncio.get_running_loop().time()
            async with asyncio.timeout_at(now + _LARGE_SECONDS if self._waiting else None) as limit:
                self._held[limit] = now
                try:
                    yield
                finally:
                    del self._held[limit]
        finally:
            self._free.release()


def _end(limit: asyncio.Timeout, when: float) -> None:
    if limit.when() is None and not limit.expired():
        limit.reschedule(when)


class AiohttpHandler(BaseDownloadHandler):
    """Handles http and https. Meta keys of a request: `download_timeout` (s), `download_maxsize` (bytes after decoding),
    `truncate_body` (keep what fits instead of failing; the response then has the flag "truncated"); `before_sending(request)`
    and `on_response(request, response)`, called while no other request of a host with concurrency 1 can leave.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._max_size = settings.getint("DOWNLOAD_MAXSIZE")
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._private = GuardPolicy.build((), private=settings.getlist("ALLOW_PRIVATE_ADDRESSES")).private
        self._unverified_hosts = frozenset(settings.getlist("TLS_UNVERIFIED_HOSTS"))
        self._tls = ssl.create_default_context()
        self._tls_unverified = ssl.create_default_context()
        self._tls_unverified.check_hostname = False
        self._tls_unverified.verify_mode = ssl.CERT_NONE
        if not settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"):
            self._tls = self._tls_unverified
        self._large_bodies = LargeBodies(_LARGE_AT_ONCE)
        self._per_host = max(1, settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))
        self._gates: WeakValueDictionary[str, asyncio.Semaphore] = (
            WeakValueDictionary()
        )  # host -> its gate, while in use
        connector = aiohttp.TCPConnector(
            limit=settings.getint("CONCURRENT_REQUESTS"),
            socket_factory=self._socket,
            resolver=self._resolver(),
        )
        connector._factory = functools.partial(BoundedProtocol, asyncio.get_running_loop())  # type: ignore[assignment]
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
            max_headers=MAX_HEADERS,
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def _resolver(self) -> aiohttp.abc.AbstractResolver | None:
        """None: the system's resolver."""
        return None

    def _socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Makes the socket of a connection, or refuses: called with each very address that would be connected to."""
        family, kind, protocol, _, address = info
        if not check_address(str(address[0]), self._private):
            raise OSError(errno.EACCES, _REFUSED)
        return socket.socket(family=family, type=kind, proto=protocol)

    async def download_request(self, request: Request) -> Response:
        """The response, decoded, without Content-Encoding; raises WebError.

        A request waits here until its host's gate is free: Scrapy's own slots let several out at once when there is no delay,
        and none may leave before the answer to the one before it was judged.
        """
        url = yarl.URL(request.url, encoded=True)
        async with self._gate(url):
            if check := request.meta.get("before_sending"):
                check(request)
            response = await self._download(request, url)
            if judge := request.meta.get("on_response"):
                judge(request, response)
        return response

    def _gate(self, url: yarl.URL) -> asyncio.Semaphore:
        host = str(url.host) if url.is_default_port() else f"{url.host}:{url.port}"
        gate = self._gates.get(host)
        if gate is None:
            gate = self._gates[host] = asyncio.Semaphore(self._per_host)
        return gate

    async def _download(self, request: Request, url: yarl.URL) -> Response:
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in request.headers.items()
            for value in values
        ]
        headers.append(("Accept-Encoding", ACCEPTED))
        try:
            async with self._session.request(
                request.method,
                url,
                data=request.body or None,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=request.meta.get("download_timeout", self._timeout)),
                ssl=self._tls_unverified if url.host in self._unverified_hosts else self._tls,
                allow_redirects=False,
            ) as answer:
                return await self._read(request, answer)
        except WebError:
            raise
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            raise _as_web_error(error, request.url) from error

    async def _read(self, request: Request, answer: aiohttp.ClientResponse) -> Response:
        flags = []
        limit = request.meta.get("download_maxsize", self._max_size)
        truncate = bool(request.meta.get("truncate_body"))
        length = answer.content_length
        if length is not None and limit and length > limit and not truncate:
            raise LimitError(Reason.TOO_LARGE, f"announced {length} bytes")
        codings = parse_codings(",".join(answer.headers.getall("Content-Encoding", ())))
        reader = BodyReader(codings, limit, truncate=truncate)
        body = await self._body(answer, reader)
        if reader.truncated:
            flags.append("truncated")
        headers = Headers(
            [(name, value) for name, value in answer.headers.items() if name.lower() != "content-encoding"]
        )
        kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
        if body and not reader.truncated and answer.status == 200:
            framed = (
                length is not None or "chunked" in answer.headers.get("Transfer-Encoding", "").lower() or reader.proven
            )
            if looks_cut(body, framed=framed):
                raise LimitError(Reason.INCOMPLETE, "the page ends before its end")
        return kind(url=request.url, status=answer.status, headers=headers, body=body, flags=flags, request=request)

    async def _body(self, answer: aiohttp.ClientResponse, reader: BodyReader) -> bytes:
        """The body; of the large ones only a few are in memory at a time, however many arrive."""
        async with AsyncExitStack() as place:
            is_large = False
            async for piece in answer.content.iter_any():
                reader.feed(piece)
                if reader.truncated:
                    break
                if reader.size > _LARGE and not is_large:
                    await place.enter_async_context(self._large_bodies.place())
                    is_large = True
            return reader.finish()

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()


def _as_web_error(error: Exception, url: str) -> WebError:
    """What a failure of the HTTP client means for the URL."""
    detail = f"{type(error).__name__}: {_TLS_OBJECT.sub('', str(error))[:200]}"
    if isinstance(error, TimeoutError):
        return FetchError(Reason.TIMEOUT, "no whole answer in time")
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return RefusedError(Reason.URL_INVALID, url[:200])
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchError(Reason.DNS, detail)
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return FetchError(Reason.TLS, detail)
    if isinstance(error, aiohttp.ClientConnectorError) and _REFUSED in str(error):
        return RefusedError(Reason.GUARD_ADDRESS, url[:200])
    if isinstance(error, aiohttp.ClientPayloadError):
        return LimitError(Reason.INCOMPLETE, detail)
    if isinstance(error, aiohttp.ClientResponseError) and any(fault in error.message for fault in _HEADER_FAULTS):
        return LimitError(Reason.TOO_MANY_HEADERS, error.message[:200])
    if isinstance(error, aiohttp.ClientResponseError):
        return FetchError(Reason.HTTP_ERROR, f"no HTTP: {error.message[:200]}")
    return FetchError(Reason.CONNECTION, detail)
