"""What a rendered page loads from the site itself: no request while the host rests, none to what robots.txt disallows."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.settings import BaseSettings

from crawler.state import State
from crawler.web.backoff import rest_until
from crawler.web.browser_requests import Transport
from crawler.web.errors import PostponedError, RefusedError
from crawler.web.manners import Manners
from tests.hostile.server import Asked, Hostile
from tests.web.test_browser import SETTINGS


async def _answer(asked: Asked) -> None:
    if asked.target == "/busy":
        await asked.reply(status="429 Too Many Requests", Retry_After="600")
    elif asked.target == "/moved":
        await asked.reply(status="302 Found", Location="/private/x.json")
    else:
        await asked.reply(b"{}")


@pytest.fixture
def server() -> Iterator[Hostile]:
    with Hostile(_answer) as opened:
        yield opened


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State.open(f"sqlite:///{tmp_path / 'winnow.db'}")
    yield opened
    opened.close()


def fetch(server: Hostile, state: State, *paths: str) -> None:
    settings = BaseSettings(SETTINGS | {"ROBOTS_OBEY": True})
    host = f"127.0.0.1:{server.port}"

    async def all_of_them() -> None:
        transport = Transport(settings, (host,), None, Manners(state, settings))
        try:
            for path in paths:
                await transport.fetch(Request(server.url(path)), keep=False)
        finally:
            await transport.close()

    asyncio.run(all_of_them())


def test_a_host_that_asks_for_rest_gets_no_further_request(server: Hostile, state: State) -> None:
    with pytest.raises(PostponedError):
        fetch(server, state, "/first.json", "/busy", "/second.json")
    assert [visit.target for visit in server.visits] == ["/first.json", "/busy"]
    until = rest_until(state, f"127.0.0.1:{server.port}")
    assert until is not None
    assert 590 < until - time.time() < 610


@pytest.mark.parametrize("path", ["/private/x.json", "/moved"])
def test_what_robots_txt_disallows_is_not_loaded(path: str, server: Hostile, state: State) -> None:
    rules = {"text": "User-agent: *\nDisallow: /private/\n", "fetched_at": time.time()}
    with state.unit() as connection:
        state.hosts.put(connection, f"127.0.0.1:{server.port}", "robots:http", rules, expires_at=time.time() + 60)
    with pytest.raises(RefusedError):
        fetch(server, state, "/public.json", path)
    assert not server.asked("/private/")
