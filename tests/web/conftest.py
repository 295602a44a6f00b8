"""Real parts for the tests of the transport: a state, a run, a handler over loopback."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler import run as runs
from crawler.state import State
from crawler.web.handler import AiohttpHandler


class Slots:
    """The part of Scrapy's downloader that crawl-delay is written to."""

    def __init__(self) -> None:
        self.per_slot_settings: dict[str, dict[str, Any]] = {}
        self.slots: dict[str, Any] = {}


class Engine:
    """Sends a request through the real handler, as the engine would."""

    def __init__(self, crawler: "Crawl") -> None:
        self.crawler = crawler
        self.downloader = Slots()

    async def download_async(self, request: Request) -> Response:
        for middleware in self.crawler.middlewares:
            middleware.process_request(request)
        handler = AiohttpHandler(self.crawler)  # type: ignore[arg-type]
        try:
            response = await handler.download_request(request)
        finally:
            await handler.close()
        for middleware in self.crawler.middlewares:
            if hasattr(middleware, "process_response"):
                middleware.process_response(request, response)
        return response


class Spider:
    """Takes what the robots middleware finds."""

    allowed_domains: list[str] = []

    def __init__(self) -> None:
        self.sitemaps: list[str] = []

    def found_sitemaps(self, host: str, urls: list[str]) -> None:
        self.sitemaps += urls


class Crawl:
    """What a component sees of Scrapy's Crawler."""

    def __init__(self, state: State, **settings: Any) -> None:
        self.settings = Settings(
            {
                "ALLOW_PRIVATE_ADDRESSES": ["127.0.0.0/8"],
                "DOWNLOAD_MAXSIZE": 8 * 1024 * 1024,
                "DOWNLOAD_TIMEOUT": 3,
                "DOWNLOAD_VERIFY_CERTIFICATES": True,
                "USER_AGENT": "winnow/0.1 (+test)",
                **settings,
            }
        )
        self.stats = MemoryStatsCollector(self)  # type: ignore[arg-type]
        self.spider = Spider()
        self.middlewares: list[Any] = []
        self.engine = Engine(self)
        runs._RUNS[self] = _Run(state)  # type: ignore[index, assignment]


class _Run:
    def __init__(self, state: State) -> None:
        self.state = state


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """A fresh SQLite state."""
    opened = State.open(f"sqlite:///{tmp_path / 'winnow.db'}")
    yield opened
    opened.commit()
    opened.close()


@pytest.fixture
def crawl(state: State) -> Crawl:
    """A crawl over it."""
    return Crawl(state)
