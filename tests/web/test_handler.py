"""The download handler against the hostile server: every answer is whole, refused with a reason, or late."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
import uvloop
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from crawler.outcomes import Reason
from crawler.web.errors import FetchError, LimitError, RefusedError, WebError
from crawler.web.handler import AiohttpHandler
from tests.hostile import attacks
from tests.hostile.server import Asked, Hostile
from tests.web.conftest import Crawl


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    table = attacks.whole() | attacks.cut() | attacks.slow() | attacks.bombs()
    with Hostile(attacks.by_path(table)) as hostile:
        yield hostile


def fetch(crawl: Crawl, url: str, handler: type[AiohttpHandler] = AiohttpHandler, **meta: Any) -> Response:
    async def once() -> Response:
        opened = handler(crawl)  # type: ignore[arg-type]
        try:
            return await opened.download_request(Request(url, meta=meta))
        finally:
            await opened.close()

    return asyncio.run(once())


@pytest.mark.parametrize("name", attacks.whole())
def test_odd_but_whole_pages_are_read(name: str, server: Hostile, crawl: Crawl) -> None:
    response = fetch(crawl, server.url(f"/{name}"))
    assert isinstance(response, HtmlResponse)
    assert "Content-Encoding" not in response.headers
    assert response.body == (attacks.page() if name != "no-end-tags" else response.body)
    assert b"text two" in response.body or "河边散步".encode() in response.body


@pytest.mark.parametrize("size", [200_000, 600_000, 5_000_000])
def test_large_pages_arrive_one_after_the_other_over_one_connection(size: int, crawl: Crawl) -> None:
    page = attacks.page() + b"<!--" + b"x" * size + b"-->"

    async def answer(asked: Asked) -> None:
        await asked.reply(page)

    async def several(server: Hostile) -> list[Response]:
        handler = AiohttpHandler(crawl)  # type: ignore[arg-type]
        try:
            meta = {"download_timeout": 5}
            return [await handler.download_request(Request(server.url("/"), meta=meta)) for _ in range(4)]
        finally:
            await handler.close()

    with Hostile(answer) as server:
        assert [response.body for response in uvloop.run(several(server))] == [page] * 4  # the event loop of the crawl


def test_slow_hosts_do_not_keep_the_large_pages_of_others(crawl: Crawl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.web.handler._LARGE_SECONDS", 1)
    page = attacks.page() + b"<!--" + b"x" * 2_000_000 + b"-->"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3000000\r\n\r\n"
    drip = attacks.endless(head + b"x" * 1_500_000, b"x", pause=0.2)

    async def large(asked: Asked) -> None:
        await asked.reply(page)

    async def all_at_once(slow: list[Hostile], server: Hostile) -> tuple[list[str], Response]:
        handler = AiohttpHandler(crawl)  # type: ignore[arg-type]

        async def reason(host: Hostile) -> str:
            with pytest.raises(FetchError) as caught:
                await handler.download_request(Request(host.url("/"), meta={"download_timeout": 30}))
            return caught.value.reason

        try:
            held = [asyncio.create_task(reason(host)) for host in slow]
            await asyncio.sleep(0.5)
            response = await handler.download_request(Request(server.url("/"), meta={"download_timeout": 5}))
            return await asyncio.gather(*held), response
        finally:
            await handler.close()

    with Hostile(drip) as one, Hostile(drip) as two, Hostile(large) as server:
        reasons, response = uvloop.run(all_at_once([one, two], server))
    assert response.body == page
    assert reasons == [Reason.TIMEOUT, Reason.TIMEOUT]


@pytest.mark.parametrize("name", attacks.cut())
def test_a_page_that_arrives_in_part_is_never_a_response(name: str, server: Hostile, crawl: Crawl) -> None:
    with pytest.raises(WebError) as caught:
        fetch(crawl, server.url(f"/{name}"))
    assert caught.value.reason in {Reason.INCOMPLETE, Reason.HTTP_ERROR}
    assert caught.value.again


@pytest.mark.parametrize("name", attacks.bombs())
def test_bombs_end_as_a_reason(name: str, server: Hostile, crawl: Crawl) -> None:
    with pytest.raises(WebError) as caught:
        fetch(crawl, server.url(f"/{name}"))
    expected = {
        "many-headers": Reason.TOO_MANY_HEADERS,
        "endless-headers": Reason.TOO_MANY_HEADERS,
        "endless-header-line": Reason.TOO_MANY_HEADERS,
        "endless-continues": Reason.TOO_MANY_HEADERS,
        "coded-50": Reason.TOO_MANY_CODINGS,
        "coded-br": Reason.TOO_LARGE,
        "coded-gzip-gzip": Reason.TOO_LARGE,
        "huge-length": Reason.TOO_LARGE,
        "endless-body": Reason.TOO_LARGE,
    }
    assert caught.value.reason is expected.get(name, caught.value.reason)
    assert isinstance(caught.value, LimitError | FetchError)


@pytest.mark.parametrize("name", attacks.slow())
def test_slow_answers_end_with_the_deadline(name: str, server: Hostile, crawl: Crawl) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(crawl, server.url(f"/{name}"), download_timeout=0.4)
    assert caught.value.reason is (Reason.CONNECTION if name == "reset" else Reason.TIMEOUT)


def test_a_port_that_nobody_listens_on_is_said_in_plain_words(crawl: Crawl) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(FetchError) as caught:
        fetch(crawl, f"http://{address}/")
    assert caught.value.reason is Reason.CONNECTION
    assert address in str(caught.value)
    assert "ssl" not in str(caught.value)


def test_what_may_be_cut_keeps_its_beginning(server: Hostile, crawl: Crawl) -> None:
    response = fetch(crawl, server.url("/endless-body"), download_maxsize=1000, truncate_body=True)
    assert len(response.body) == 1000
    assert response.flags == ["truncated"]


def test_no_connection_is_made_to_an_address_that_is_not_public(server: Hostile, crawl: Crawl) -> None:
    crawl.settings.set("ALLOW_PRIVATE_ADDRESSES", [])
    before = len(server.visits)
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
        with pytest.raises(WebError) as caught:
            fetch(crawl, server.url("/plain", host))
        assert caught.value.reason in {Reason.GUARD_ADDRESS, Reason.CONNECTION}
    assert len(server.visits) == before


class Flipping(aiohttp.abc.AbstractResolver):
    """DNS that answers differently each time: rebinding."""

    answers = ["127.0.0.1", "10.0.0.1", "127.0.0.1"]

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[aiohttp.abc.ResolveResult]:
        return [
            {"hostname": host, "host": address, "port": port, "family": 2, "proto": 0, "flags": 0}
            for address in self.answers
        ]

    async def close(self) -> None:
        return None


class FlippingHandler(AiohttpHandler):
    def _resolver(self) -> aiohttp.abc.AbstractResolver:
        return Flipping()


def test_a_name_that_resolves_to_private_addresses_is_refused(server: Hostile, crawl: Crawl) -> None:
    crawl.settings.set("ALLOW_PRIVATE_ADDRESSES", [])
    before = len(server.visits)
    with pytest.raises(RefusedError) as caught:
        fetch(crawl, server.url("/plain", "innocent.example"), FlippingHandler)
    assert caught.value.reason is Reason.GUARD_ADDRESS
    assert len(server.visits) == before


def test_an_allowed_network_is_reached_by_name(server: Hostile, crawl: Crawl) -> None:
    assert fetch(crawl, server.url("/plain", "innocent.example"), FlippingHandler).status == 200
